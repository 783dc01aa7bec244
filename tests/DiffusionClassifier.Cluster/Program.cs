using DiffusionClassifier.Cluster;

return args switch
{
    ["replica", .. string[] settings] => await Replica.RunAsync(settings),
    ["scaling", .. string[] rest] => await Scaling.RunAsync(rest),
    ["recovery", ..] => await Recovery.RunAsync(),
    ["chaos", .. string[] rest] => await Chaos.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run -c Release --project tests/DiffusionClassifier.Cluster -- COMMAND
          scaling [TRIALS]       one job of 1,000 labels, and 200 small ones, on 1, 2 and 3 replicas: seconds, and their part of the ideal
          recovery               seconds without progress where a replica, all of them, or Redis is killed, or a replica is frozen
          chaos [ACCIDENTS [JOBS]]
                                 under many jobs, replicas are killed, frozen or stopped at random, and Redis is killed: lost, wrong and stuck ones
        Needs redis-server.
        """);
    return 2;
}
