using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Architecture.Tests;

public sealed class DrawingTests
{
    private const string Committed = "docs/architecture.svg", Fresh = "artifacts/architecture.svg";

    [Fact]
    public void The_drawing_shows_the_structure_as_it_is()
    {
        // What goes round cannot be drawn from top to bottom.
        Assert.Empty(Rings.Find([.. Structure.Uses.Select(use => (use.FromRoom, use.ToRoom)).Distinct()]));
        string drawn = Drawing.Draw();
        Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts"));
        File.WriteAllText(Path.Combine(Repository.Root, Fresh), drawn);
        string committed = Path.Combine(Repository.Root, Committed);

        Assert.True(
            File.Exists(committed) && File.ReadAllText(committed).ReplaceLineEndings("\n") == drawn,
            $"{Committed} shows another structure than there is. Look at {Fresh}; where it is what was meant: cp {Fresh} {Committed}, "
                + "and mend docs/architecture.md.");
    }
}
