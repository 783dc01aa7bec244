// Each weighs the process that it shares with the others.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
