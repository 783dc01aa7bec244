using System.Security.Cryptography;
using System.Text.Json;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Sessions;

/// <summary>A copy of the bundle in TinyPair, which holds one denoiser as one graph and as two, for a test to break. TinyPair/make.py made it.</summary>
internal sealed class PairBundle : IDisposable
{
    public const string Whole = "unet/model.onnx", Encoder = "unet/encoder.onnx", Decoder = "unet/decoder.onnx";

    private static readonly string Original = Path.Combine(Repository.Root, "tests", "DiffusionClassifier.Onnx.Tests", "Sessions", "TinyPair");

    private readonly string _parent = Directory.CreateTempSubdirectory("pair-").FullName;

    public PairBundle()
    {
        foreach (string file in (string[])["model_index.json", "scheduler/scheduler_config.json", "unet/config.json", Whole, Encoder, Decoder])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
            File.Copy(Path.Combine(Original, file), PathOf(file));
        }
    }

    public string Folder => Path.Combine(_parent, "tiny");

    public string PathOf(string file) => Path.Combine(Folder, file);

    public PairBundle Write(string file, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllBytes(PathOf(file), bytes);
        return this;
    }

    /// <summary>Writes a classifier.json with the sha256 of files: the one given, or the true one.</summary>
    public PairBundle List(params (string File, string? Hash)[] files) =>
        Write("classifier.json", JsonSerializer.SerializeToUtf8Bytes(new { sha256 = files.ToDictionary(file => file.File, file => file.Hash ?? Hash(file.File)) }));

    /// <summary>The sha256 of a file as it is.</summary>
    public string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(PathOf(file))));

    public PairBundle Without(params ReadOnlySpan<string> files)
    {
        foreach (string file in files)
            File.Delete(PathOf(file));
        return this;
    }

    public Bundle Load() => BundleLoader.Load(Folder);

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
