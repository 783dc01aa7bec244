using System.Runtime.CompilerServices;

namespace DiffusionClassifier.Architecture.Tests;

public sealed class DrawingTests
{
    private const string Committed = "docs/architecture.svg", Fresh = "artifacts/architecture.svg";

    [Fact]
    public void The_drawing_shows_the_structure_as_it_is()
    {
        Assert.Empty(Rings.Find([.. Structure.Uses.Select(use => (use.FromRoom, use.ToRoom)).Distinct()])); // what goes round cannot be drawn from top to bottom
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../.."));
        string drawn = Drawing.Draw();
        File.WriteAllText(Path.Combine(root, Fresh), drawn);
        string committed = Path.Combine(root, Committed);

        Assert.True(File.Exists(committed) && File.ReadAllText(committed).ReplaceLineEndings("\n") == drawn,
            $"{Committed} shows another structure than there is. Look at {Fresh}; where it is what was meant: cp {Fresh} {Committed}, and mend docs/architecture.md.");
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
