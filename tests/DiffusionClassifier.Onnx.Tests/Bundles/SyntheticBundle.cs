using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Tests.Graphs;
using DiffusionClassifier.Onnx.Tests.Tokenizers;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>
/// A small latent bundle whose graphs are inputs and outputs alone, enough for the loader: text-conditional as Stable Diffusion, or
/// class-conditional as DiT. Every file may be overwritten before it is loaded.
/// </summary>
internal sealed class SyntheticBundle : IDisposable
{
    public const string Unet = "unet/model.onnx", UnetConfig = "unet/config.json", Vae = "vae_encoder/model.onnx", VaeConfig = "vae_encoder/config.json";
    public const string TextEncoder = "text_encoder/model.onnx", TextConfig = "text_encoder/config.json", Scheduler = "scheduler/scheduler_config.json";
    public const string Transformer = "transformer/model.onnx", TransformerConfig = "transformer/config.json", Index = "model_index.json", Classifier = "classifier.json";
    public const int F32 = 1, I32 = 6, I64 = 7, F16 = 10; // onnx.proto, TensorProto.DataType
    public const int Tokens = TokenizerFolder.MaxLength, Width = 6;

    private const int Input = 11, Output = 12;

    private readonly string _parent = Directory.CreateTempSubdirectory("synthetic-").FullName;

    private SyntheticBundle() => Write(Scheduler, """{ "_class_name": "DDIMScheduler", "beta_schedule": "scaled_linear" }""")
        .Write(Vae, OnnxBytes.Model(In("sample", F32, -1, 3, -1, -1), Out("latent_parameters", F32, -1, 8, -1, -1)))
        .Write(VaeConfig, """{ "block_out_channels": [8, 8, 8], "latent_channels": 4, "scaling_factor": 0.5, "shift_factor": 0.25 }""");

    public string Folder => Path.Combine(_parent, "tiny");

    public static SyntheticBundle Text()
    {
        SyntheticBundle bundle = new SyntheticBundle().Write(Index, "{}")
            .Write(Unet, OnnxBytes.Model(Sample(), Timestep(), States(), Prediction()))
            .Write(UnetConfig, """{ "in_channels": 4, "sample_size": 16 }""")
            .Write(TextEncoder, OnnxBytes.Model(In("input_ids", I64, -1, -1), Out("last_hidden_state", F32, -1, -1, Width)))
            .Write(TextConfig, """{ "vocab_size": 1000 }""");
        using var tokenizer = new TokenizerFolder();
        foreach (string file in Directory.EnumerateFiles(tokenizer.Path))
            bundle.Write($"tokenizer/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        return bundle;
    }

    public static SyntheticBundle Classes() => new SyntheticBundle()
        .Write(Index, """{ "id2label": { "0": "cat", "1": "dog", "2": "cat" } }""")
        .Write(Transformer, OnnxBytes.Model(Sample(), Timestep(), In("class_labels", I64, -1), Prediction(8)))
        .Write(TransformerConfig, """{ "in_channels": 4, "out_channels": 8, "sample_size": 16, "num_embeds_ada_norm": 3 }""");

    public static byte[] In(string name, int element, params long[] shape) => OnnxBytes.Value(Input, name, element, shape);

    public static byte[] Out(string name, int element, params long[] shape) => OnnxBytes.Value(Output, name, element, shape);

    public static byte[] Sample(long channels = 4, long batch = -1, int element = F32) => In("sample", element, batch, channels, -1, -1);

    public static byte[] Timestep() => In("timestep", I64, -1);

    public static byte[] States(long tokens = -1, long width = Width) => In("encoder_hidden_states", F32, -1, tokens, width);

    public static byte[] Prediction(long channels = 4) => Out("out_sample", F32, -1, channels, -1, -1);

    public SyntheticBundle Write(string file, string text) => Write(file, System.Text.Encoding.UTF8.GetBytes(text));

    public SyntheticBundle Write(string file, byte[] bytes)
    {
        string path = PathOf(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return this;
    }

    public SyntheticBundle Remove(string folder)
    {
        Directory.Delete(PathOf(folder), recursive: true);
        return this;
    }

    public string PathOf(string file) => Path.Combine(Folder, file);

    public Bundle Load() => BundleLoader.Load(Folder);

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
