namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>The policies there are. All but <see cref="Fair"/> exist to be compared with.</summary>
internal enum SharingPolicy
{
    /// <summary><see cref="FairShare"/>.</summary>
    Fair,

    /// <summary><see cref="FirstComeFirstServed"/>.</summary>
    Fifo,

    /// <summary><see cref="DeficitRoundRobin"/>.</summary>
    RoundRobin,
}
