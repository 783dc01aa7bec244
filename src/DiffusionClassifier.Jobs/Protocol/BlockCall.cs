using DiffusionClassifier.Core.Blocks;
using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>A block on its way to a replica. The replica reads request and image from the store, once for each job.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Prompts">As <see cref="Block.Prompts"/>.</param>
/// <param name="From">As <see cref="Block.From"/>.</param>
/// <param name="Trials">As <see cref="Block.Trials"/>.</param>
/// <param name="OnFile">Whether it runs on the image file, which no block has encoded yet.</param>
/// <param name="Settings">The digest of the job's settings: a replica that makes others of the request must not run it.</param>
/// <param name="Created">When the job was accepted: an id may come again after its job is forgotten.</param>
[GenerateSerializer, Immutable, Alias("dc.block")]
internal sealed record BlockCall(
    [property: Id(0)] string Job,
    [property: Id(1)] int[] Prompts,
    [property: Id(2)] int From,
    [property: Id(3)] int Trials,
    [property: Id(4)] bool OnFile,
    [property: Id(5)] string Settings,
    [property: Id(6)] DateTimeOffset Created)
{
    public static BlockCall Of(string job, Block block, bool onFile, string settings, DateTimeOffset created) =>
        new(job, [.. block.Prompts], block.From, block.Trials, onFile, settings, created);

    /// <summary>As <see cref="Core.Requests.Submission.FurtherTrials"/>.</summary>
    [Id(7)]
    public int[] Further { get; init; } = [];

    /// <summary><see cref="WorkRecord.Runs"/> of the run that hands it out.</summary>
    [Id(8)]
    public int Run { get; init; }

    /// <summary>Names the job, its settings and its latent.</summary>
    public string Key => $"{Job} {Created:O} {Settings}";

    public Block ToBlock() => new(Prompts, From, Trials);
}
