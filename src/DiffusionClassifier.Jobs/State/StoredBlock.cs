using DiffusionClassifier.Core.Blocks;

namespace DiffusionClassifier.Jobs.State;

/// <summary>A block and what came of it.</summary>
/// <param name="Prompts">As <see cref="Block.Prompts"/>.</param>
/// <param name="From">As <see cref="Block.From"/>.</param>
/// <param name="Trials">As <see cref="Block.Trials"/>.</param>
/// <param name="Errors">As <see cref="BlockOutcome.Errors"/>.</param>
[GenerateSerializer, Immutable, Alias("dc.stored-block")]
internal sealed record StoredBlock(
    [property: Id(0)] int[] Prompts, [property: Id(1)] int From, [property: Id(2)] int Trials, [property: Id(3)] double[] Errors)
{
    public static StoredBlock Of(Block block, double[] errors) => new([.. block.Prompts], block.From, block.Trials, errors);

    public Block ToBlock() => new(Prompts, From, Trials);
}
