namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>What there is to do in the cluster.</summary>
/// <param name="Waiting">Jobs that have not begun.</param>
/// <param name="Running">Jobs that run.</param>
/// <param name="Seconds">What all replicas together need for the rows that all of them may still cost.</param>
[GenerateSerializer, Immutable, Alias("dc.index-report")]
internal sealed record IndexReport(
    [property: Id(0)] int Waiting, [property: Id(1)] int Running, [property: Id(2)] double Seconds);
