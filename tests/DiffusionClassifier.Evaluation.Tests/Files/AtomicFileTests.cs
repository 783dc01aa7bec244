using DiffusionClassifier.Evaluation.Files;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Evaluation.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_text_takes_the_place_of_the_old_one_as_utf_8()
    {
        string file = _folder.Write("report.md", "a text that is longer"u8);

        AtomicFile.WriteText(file, "Bär");

        Assert.Equal("Bär"u8.ToArray(), File.ReadAllBytes(file));
        Assert.Equal([file], Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void What_fails_half_way_leaves_the_old_file_and_nothing_else()
    {
        string file = _folder.Write("bank.npz", "old"u8);

        Assert.Throws<IOException>(() => AtomicFile.Write(file, stream =>
        {
            stream.Write("half"u8);
            throw new IOException("full");
        }));

        Assert.Equal("old"u8.ToArray(), File.ReadAllBytes(file));
        Assert.Equal([file], Directory.EnumerateFiles(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();
}
