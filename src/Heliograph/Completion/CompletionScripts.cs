namespace Heliograph.Completion;

/// <summary>
/// The scripts. Each asks the program itself what may stand where the cursor is, so they never grow old. The program answers all that
/// contains what was typed; options only where a hyphen was; where it has nothing to say, files are completed.
/// </summary>
internal static class CompletionScripts
{
    public static IReadOnlyDictionary<string, string> OfShell { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["bash"] =
            """
            # Completion of heliograph for bash. In ~/.bashrc:  source <(heliograph completion bash)
            _heliograph() {
              local word="${COMP_WORDS[COMP_CWORD]}" line="${COMP_LINE:0:COMP_POINT}" found
              line="heliograph ${line#*"${COMP_WORDS[0]}" }"
              found="$("${COMP_WORDS[0]/#\~/$HOME}" "[suggest:${#line}]" "$line" 2>/dev/null)"
              [[ $word == -* ]] || found="$(grep -v '^[-/]' <<<"$found")"
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$found" -- "$word"))
            }
            complete -o default -F _heliograph heliograph
            """,
        ["fish"] =
            """
            # Completion of heliograph for fish:  heliograph completion fish > ~/.config/fish/completions/heliograph.fish
            function __heliograph_found
                set -l line (commandline -cp | string collect)
                set -l found (heliograph "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null | string match -v '/*')
                if string match -q -- '-*' (commandline -ct)
                    string match -- '-*' $found
                else
                    string match -v -- '-*' $found
                end
            end
            complete -c heliograph -f -a '(__heliograph_found)'
            complete -c heliograph -n 'not __heliograph_found | string length -q' -F
            """,
        ["zsh"] =
            """
            #compdef heliograph
            # Completion of heliograph for zsh. In ~/.zshrc, after compinit:  source <(heliograph completion zsh)
            _heliograph() {
              local line="${(j: :)words[1,CURRENT]}" word="${words[CURRENT]}"
              local -a found
              line="heliograph ${line#* }"
              found=(${(f)"$(${~words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)"})
              [[ $word == -* ]] || found=(${found:#[-/]*})
              if (( ${#found} )); then compadd -a found; else _files; fi
            }
            compdef _heliograph heliograph
            """,
    };
}
