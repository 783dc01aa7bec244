using System.Text.Json;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>The golden numbers of one bundle: <c>cases/NAME/meta.json</c> and the results of its images.</summary>
/// <param name="Name">Name of the folder of cases.</param>
/// <param name="Meta">The file.</param>
internal sealed record GoldenFamily(string Name, JsonElement Meta)
{
    private readonly Lazy<Bundle> _bundle = new(() => BundleLoader.Load(GoldenData.Require(Meta.GetProperty("bundle").GetString()!)));

    private static readonly IReadOnlyList<GoldenFamily> All = GoldenData.Folder is not { } root || !Directory.Exists(Path.Combine(root, "cases")) ? [] :
    [
        .. from folder in Directory.EnumerateDirectories(Path.Combine(root, "cases")).Order(StringComparer.Ordinal)
           where File.Exists(Path.Combine(folder, "meta.json"))
           select new GoldenFamily(Path.GetFileName(folder), GoldenData.Json($"cases/{Path.GetFileName(folder)}/meta.json")),
    ];

    /// <summary>Those of text-conditional bundles.</summary>
    public static IEnumerable<GoldenFamily> OfText => Required.Where(family => family.Meta.TryGetProperty("prompts", out _));

    /// <summary>Those of class-conditional bundles.</summary>
    public static IEnumerable<GoldenFamily> OfClasses => Required.Where(family => family.Meta.TryGetProperty("labels", out _));

    /// <summary>All, where there are any; else the calling test is skipped.</summary>
    public static IReadOnlyList<GoldenFamily> Required
    {
        get
        {
            GoldenData.Require("cases");
            return All;
        }
    }

    /// <summary>The bundle that the numbers were made with.</summary>
    public Bundle Bundle => _bundle.Value;

    public IReadOnlyList<string> Prompts => [.. Meta.GetProperty("prompts").EnumerateArray().Select(prompt => prompt.GetString()!)];

    /// <summary>The noise draws that all cases share.</summary>
    public float[] Noise => GoldenData.Array<float>(Tensor("noise")!.Value);

    /// <summary>Direct inputs and outputs of the denoiser, by name.</summary>
    public IEnumerable<JsonProperty> DenoiserCalls =>
        Meta.GetProperty("tensors").EnumerateObject().Where(tensor => tensor.Name.StartsWith("io_", StringComparison.Ordinal));

    /// <summary>The results of every image, by file name.</summary>
    public IEnumerable<(string Image, JsonElement Result)> Results =>
        from image in Meta.GetProperty("images").EnumerateObject()
        select (image.Name, GoldenData.Json(image.Value.GetString()!));

    public JsonElement? Tensor(string name) => Meta.GetProperty("tensors").TryGetProperty(name, out JsonElement tensor) ? tensor : null;

    public static int[] ShapeOf(JsonElement tensor) => [.. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];

    /// <summary>A tensor of whole numbers, of whatever type.</summary>
    public static long[] Whole(JsonElement tensor) => tensor.GetProperty("dtype").GetString() switch
    {
        "i64" => GoldenData.Array<long>(tensor),
        "i32" => [.. GoldenData.Array<int>(tensor)],
        _ => [.. GoldenData.Array<float>(tensor).Select(value => (long)value)],
    };

    public static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    public static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];
}
