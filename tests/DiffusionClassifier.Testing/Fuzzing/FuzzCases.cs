using CsCheck;

namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>All cases of a target.</summary>
public sealed class FuzzCases(FuzzTarget target) : Gen<FuzzCase>
{
    public override FuzzCase Generate(PCG pcg, Size? min, out Size size) => Make(target, new ChoiceRandom([], pcg), out size);

    /// <param name="random">Untouched.</param>
    /// <param name="size">Fewer bytes are smaller than many, then fewer choices, then those that are smaller together.</param>
    internal static FuzzCase Make(FuzzTarget target, ChoiceRandom random, out Size size)
    {
        FuzzInput input = target.Make(random);
        ulong[] choices = random.Dealt;
        Size sum = new(0);
        foreach (ulong choice in choices)
            sum.Add(new Size(choice));
        size = new Size((ulong)input.Bytes.Length, new Size((ulong)choices.Length, sum));
        return new FuzzCase(choices, input);
    }
}
