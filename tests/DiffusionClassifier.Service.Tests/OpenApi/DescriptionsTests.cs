using DiffusionClassifier.Service.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.Tests.OpenApi;

public sealed class DescriptionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descriptions-").FullName;

    [Theory]
    [InlineData("")]
    [InlineData("<doc><members>")]
    [InlineData("<!DOCTYPE doc [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><doc>&e;</doc>")]
    public void A_file_that_cannot_be_read_is_done_without(string content)
    {
        File.WriteAllText(Path.Combine(_folder, "DiffusionClassifier.Service.xml"), content);
        File.WriteAllText(Path.Combine(_folder, "DiffusionClassifier.Contracts.xml"), "<doc><members /></doc>");

        Assert.Equal(FiltersOfOneFile(), FiltersOf(_folder));
    }

    [Fact]
    public void A_file_that_is_missing_is_done_without() => Assert.Equal(0, FiltersOf(_folder));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int FiltersOfOneFile() => FiltersOf(AppContext.BaseDirectory) / 2;

    private static int FiltersOf(string folder)
    {
        var options = new SwaggerGenOptions();
        options.IncludeDescriptions(folder);
        return options.OperationFilterDescriptors.Count + options.SchemaFilterDescriptors.Count + options.ParameterFilterDescriptors.Count;
    }
}
