using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Tests.Options;

public sealed class ModelsOptionsTests
{
    [Theory]
    [InlineData("models", "Models:Folder", "")]
    [InlineData("/data/models", "Models:Folder", "/data/models")]
    [InlineData("models, /data/models", "Models:Folder:0", "models", "Models:Folder:1", "/data/models")]
    [InlineData("/data/models", "Models:Folder", "../../models", "Models:Folder:0", "/data/models")] // one in a file, a list in the environment
    public void The_folder_is_one_text_or_a_list(string expected, params string[] settings)
    {
        using TestService service = new([.. settings.Chunk(2).Select(pair => (pair[0], pair[1]))]);

        ModelsOptions options = service.Services.GetRequiredService<IOptions<ModelsOptions>>().Value;

        Assert.Equal(expected, string.Join(", ", options.Folder));
    }

    [Fact]
    public void A_relative_folder_is_looked_for_in_the_working_folder_and_then_beside_the_program()
    {
        string working = Directory.CreateTempSubdirectory("models-").FullName;
        Directory.CreateDirectory(Path.Combine(working, "mine"));

        IReadOnlyList<string> folders = new ModelsOptions { Folder = ["mine", "models"] }.Resolve(working);

        Directory.Delete(working, recursive: true);
        Assert.Equal([Path.Combine(working, "mine"), Path.Combine(AppContext.BaseDirectory, "models")], folders);
    }
}
