return new Heliograph.Load.CommandLine().Build().Parse(args).Invoke();
