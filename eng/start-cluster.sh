# Sourced by ./start with $root and $program set: runs a whole cluster on this machine, broker and database included, until Ctrl+C.
#   start_cluster COUNT [more arguments for heliograph serve]
# Everything is in ./data/cluster. Nobody but this machine reaches it; the passwords are made at the first start.

cluster_pids=()

need_program() {
  [[ -n $1 ]] && return
  echo "A cluster needs $2. Install it, then run this again: sudo apt-get update && sudo apt-get install $3" >&2
  exit 1
}

free_port() {
  local port
  for ((port = $1; port < $1 + 1000; port++)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# wait_for NAME PORT PID LOG
wait_for() {
  local i
  for ((i = 0; i < 600; i++)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null && return
    kill -0 "$3" 2>/dev/null || break
    sleep 0.2
  done
  echo "$1 did not start; its log is $4" >&2
  exit 1
}

secret_in() {
  [[ -s $1 ]] || head -c 18 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$1"
  cat "$1"
}

# Root may not run PostgreSQL; its own user can, where it gets through to the folder.
become=()
become_postgres() {
  [[ $(id -u) == 0 ]] || return 0
  become=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  chmod o+x "$PWD/data" "$data"
  "${become[@]}" test -x "$data" && return
  echo "PostgreSQL does not run as root, and the user postgres can't enter $PWD. Start in a folder that others can enter, or as another user than root." >&2
  exit 1
}

start_postgres() {
  local programs="$1" folder="$data/postgres" port="$2"
  mkdir -p "$folder"
  ((${#become[@]} == 0)) || chown postgres "$folder"
  if [[ ! -d $folder/data ]]; then
    "${become[@]}" sh -c 'cat >"$1"' - "$folder/password" <<<"$postgres_password"
    "${become[@]}" "$programs/initdb" -D "$folder/data" -U heliograph -A scram-sha-256 --pwfile="$folder/password" >"$data/initdb.log" 2>&1 ||
      { echo "PostgreSQL's data folder can't be made; see $data/initdb.log" >&2; exit 1; }
    rm "$folder/password"
  fi
  # Its own session: of Ctrl+C in a terminal it is not to hear before the nodes have left.
  "${become[@]}" setsid "$programs/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 >"$data/postgres.log" 2>&1 &
  postgres_pid=$!
  wait_for PostgreSQL "$port" "$postgres_pid" "$data/postgres.log"
}

start_rabbitmq() {
  local program="$1" folder="$data/rabbitmq" port="$2" mapper
  mkdir -p "$folder"
  mapper=$(free_port 24369)
  epmd -address 127.0.0.1 -port "$mapper" &
  cluster_pids+=($!)
  printf '%s\n' "listeners.tcp.1 = 127.0.0.1:$port" "default_user = heliograph" "default_pass = $broker_password" >"$folder/rabbitmq.conf"
  HOME="$folder" ERL_EPMD_PORT="$mapper" ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_NODENAME="heliograph-$port@localhost" RABBITMQ_DIST_PORT="$(free_port 25672)" \
    RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf" RABBITMQ_MNESIA_BASE="$folder/mnesia" RABBITMQ_LOG_BASE="$folder/log" RABBITMQ_LOGS=- \
    RABBITMQ_PID_FILE="$folder/pid" RABBITMQ_ENABLED_PLUGINS_FILE="$folder/plugins" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}" \
    "$program" >"$data/rabbitmq.log" 2>&1 &
  local pid=$!
  cluster_pids+=("$pid")
  wait_for RabbitMQ "$port" "$pid" "$data/rabbitmq.log"
  # The shell that was started waits for the virtual machine, which is to be ended itself.
  [[ ! -s $folder/pid ]] || cluster_pids+=("$(cat "$folder/pid")")
}

stop_cluster() {
  trap - EXIT INT TERM
  echo "Stopping…"
  # The nodes first, which need the others to leave in order.
  ((${#node_pids[@]} == 0)) || kill "${node_pids[@]}" 2>/dev/null || true
  ((${#node_pids[@]} == 0)) || wait "${node_pids[@]}" 2>/dev/null || true
  kill "${cluster_pids[@]}" 2>/dev/null || true
  # On SIGTERM, PostgreSQL would wait for those who are connected.
  [[ -z ${postgres_pid:-} ]] || kill -INT "$postgres_pid" 2>/dev/null || true
  wait 2>/dev/null || true
}

start_cluster() {
  local count="$1" postgres broker postgres_port broker_port i name port
  shift
  [[ $count =~ ^[1-9]$ ]] || { echo "--cluster takes a number of nodes from 1 to 9, and '$count' is none." >&2; exit 1; }
  postgres=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
  broker=$(ls /usr/lib/rabbitmq/bin/rabbitmq-server 2>/dev/null || true)
  need_program "$postgres" PostgreSQL postgresql
  need_program "$broker" RabbitMQ rabbitmq-server

  # Passwords, the API key and the link with it are in what is written from here on.
  umask 077
  data="$PWD/data/cluster"
  mkdir -p "$data"
  become_postgres
  postgres_password=$(secret_in "$data/postgres-password")
  broker_password=$(secret_in "$data/broker-password")
  node_pids=()
  trap stop_cluster EXIT
  trap 'exit 0' INT TERM

  postgres_port=$(free_port 15432)
  broker_port=$(free_port 15672)
  echo "Starting PostgreSQL and RabbitMQ…"
  start_postgres "$postgres" "$postgres_port"
  start_rabbitmq "$broker" "$broker_port"

  export HELIOGRAPH_Registry__Postgres="Host=127.0.0.1;Port=$postgres_port;Database=postgres;Username=heliograph;Password=$postgres_password"
  export HELIOGRAPH_Cluster__Brokers="amqp://heliograph:$broker_password@127.0.0.1:$broker_port"
  for ((i = 1; i <= count; i++)); do
    name=$(printf "\\$(printf '%03o' $((96 + i)))")
    port=$(free_port $((8079 + i)))
    rm -f "$data/node-$name.out"
    HELIOGRAPH_Cluster__Node="$name" dotnet "$program" serve --console-link --listen "http://localhost:$port" --data "$data/node-$name" "$@" \
      >"$data/node-$name.out" 2>"$data/node-$name.log" &
    node_pids+=($!)
    cluster_pids+=($!)
    wait_for "Node $name" "$port" $! "$data/node-$name.log"
    # The port is open before the first key is written; the welcome comes after.
    until grep -q '^  Stop ' "$data/node-$name.out"; do
      kill -0 $! 2>/dev/null || { echo "Node $name did not start; its log is $data/node-$name.log" >&2; exit 1; }
      sleep 0.1
    done
  done

  local link key
  link=$(grep '^  Console' "$data/node-a.out" | awk '{print $2}')
  key=${link#*#}
  echo
  echo "Heliograph is running on $count nodes."
  for ((i = 1; i <= count; i++)); do
    name=$(printf "\\$(printf '%03o' $((96 + i)))")
    link=$(grep '^  Base URL' "$data/node-$name.out" | awk '{print $3}')
    [[ $key == key=* ]] && echo "  Node $name     $link/console/sign-in#$key" || echo "  Node $name     $link/console"
  done
  echo "  API key    $data/node-a/api-key"
  echo "  Logs       $data/node-*.log, $data/postgres.log, $data/rabbitmq.log"
  echo "  Stop       Ctrl+C"
  echo
  wait "${node_pids[@]}"
}
