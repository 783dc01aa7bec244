// Samples pictures of one class from the shipped CIFAR-10 model, so that the project has example pictures that nobody photographed and that
// a committed command redoes.
// Sampler: the DDIM family (Song, Meng, Ermon 2021, eq. 12 and 16: eta 0 is DDIM itself, eta 1 is ancestral DDPM sampling) under
// classifier-free guidance through the null class (Ho, Salimans 2022). The defaults drew the most recognisable objects of what was tried
// with the model before this one (guidance 2 to 6, eta 0 to 1, 50 and 100 steps): weaker guidance and plain DDIM came out greyer and more
// broken up.

#:project ../../../src/DiffusionClassifier.Onnx/DiffusionClassifier.Onnx.csproj
#:package System.CommandLine
#:property PublishAot=false

using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DiffusionClassifier.Onnx.Images;
using Microsoft.ML.OnnxRuntime;

Model model = Model.Read(Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, "../../cifar10"));

Option<int> label = new("--label")
{
    Required = true,
    Description = "Class to draw, by name (ship) or number (8).",
    CustomParser = result =>
    {
        string text = result.Tokens[0].Value;
        int found = Enumerable.Range(0, model.Names.Length).FirstOrDefault(i => text == model.Names[i] || text == $"{i}", -1);
        if (found < 0)
            result.AddError($"--label must be one of {string.Join(", ", model.Names)}, not '{text}'.");
        return found;
    },
};
Option<string?> file = new("--out") { Description = "PNG to write; NAME.png where absent. With --count above 1, FILE-SEED.png." };
Option<uint> firstSeed = new("--seed") { Description = "Seed of the noise.", DefaultValueFactory = _ => 1 };
Option<int> count = Number("--count", "How many pictures, with seeds N, N+1, ...", 1, 1, 1000);
Option<int> steps = Number("--steps", $"Steps from t = {model.End - 1} down to {model.Start}.", 100, 2, model.End - model.Start);
Option<double> guidance = Number("--guidance", "1 is the class alone, above 1 exaggerates it.", 5.0, 0, 20);
Option<double> eta = Number("--eta", "Fresh noise per step: 0 is DDIM, 1 is DDPM's amount.", 1.0, 0, 1);
Option<int> size = Number("--size", "Edge in pixels.", 256, Model.Edge, 4096, multipleOf: Model.Edge);

RootCommand command = new("Draws pictures with the shipped CIFAR-10 model.") { label, file, firstSeed, count, steps, guidance, eta, size };
command.SetAction(parsed =>
{
    using Sampler sampler = new(model);
    string path = parsed.GetValue(file) ?? $"{model.Names[parsed.GetValue(label)]}.png";
    int edge = parsed.GetValue(size);
    for (int i = 0; i < parsed.GetValue(count); i++)
    {
        long seed = (long)parsed.GetValue(firstSeed) + i;
        Noise noise = new(seed);
        float[] picture = sampler.Draw(
            parsed.GetValue(label), parsed.GetValue(steps), parsed.GetValue(guidance), parsed.GetValue(eta), noise);
        string name = parsed.GetValue(count) == 1 ? path : Path.ChangeExtension(path, null) + $"-{seed}.png";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(name))!);
        File.WriteAllBytes(name, PictureWriter.Png(edge, edge, Enlargement.ToRgb(picture, edge)));
        parsed.InvocationConfiguration.Output.WriteLine(name);
    }
});
return command.Parse(args).Invoke();

static Option<T> Number<T>(string name, string description, T usual, T min, T max, T? multipleOf = null)
    where T : struct, INumber<T>
{
    string range = multipleOf is null ? $"from {min} to {max}" : $"a multiple of {multipleOf} from {min} to {max}";
    return new Option<T>(name)
    {
        Description = $"{description} Must be {range}.",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            bool isNumber = T.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out T value);
            if (!isNumber || !(value >= min && value <= max) || (multipleOf is { } unit && value % unit != T.Zero))
                result.AddError($"{name} must be {range}, not '{result.Tokens[0].Value}'.");
            return value;
        },
    };
}

/// <summary>What the bundle's JSON files say. The model knows only the timesteps [Start, End), the schedule has more.</summary>
internal sealed record Model(string Folder, string[] Names, int NullClass, int Start, int End, double[] AlphasCumprod)
{
    public const int Edge = 32, Plane = Edge * Edge, Channels = 3, Values = Channels * Plane;

    public static Model Read(string folder)
    {
        JsonElement labels = Json("model_index.json").GetProperty("id2label");
        JsonElement classifier = Json("classifier.json");
        JsonElement range = classifier.GetProperty("timestepRange");
        int timesteps = Json("scheduler/scheduler_config.json").GetProperty("num_train_timesteps").GetInt32();
        string[] names = [.. Enumerable.Range(0, labels.EnumerateObject().Count()).Select(i => labels.GetProperty($"{i}").GetString()!)];
        return new Model(
            folder, names, classifier.GetProperty("nullClass").GetInt32(), range[0].GetInt32(), range[1].GetInt32(),
            SquaredCosines(timesteps));

        JsonElement Json(string name) => JsonElement.Parse(File.ReadAllBytes(Path.Combine(folder, name)));
    }

    /// <summary>squaredcos_cap_v2 as diffusers builds it, the cap on beta included.</summary>
    private static double[] SquaredCosines(int timesteps)
    {
        var result = new double[timesteps];
        double product = 1;
        for (int i = 0; i < timesteps; i++)
            result[i] = product *= 1 - Math.Min(1 - AlphaBar((i + 1.0) / timesteps) / AlphaBar((double)i / timesteps), 0.999);
        return result;

        static double AlphaBar(double u) => Math.Pow(Math.Cos((u + 0.008) / 1.008 * Math.PI / 2), 2);
    }
}

/// <summary>
/// Normal numbers that depend on the seed alone, in every release of .NET: mulberry32 for uniforms, Box-Muller for normals.
/// </summary>
internal sealed class Noise(long seed)
{
    private uint _state = unchecked((uint)seed);

    public double Next() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    private double Uniform()
    {
        unchecked
        {
            _state += 0x6D2B79F5;
            uint z = (_state ^ (_state >> 15)) * (_state | 1);
            z ^= z + (z ^ (z >> 7)) * (z | 61);
            return (z ^ (z >> 14)) / 4294967296.0; // 2^32
        }
    }
}

/// <summary>The model, and the walk from noise to a picture.</summary>
internal sealed class Sampler : IDisposable
{
    private static readonly string[] Inputs = ["sample", "timestep", "class_labels"], Outputs = ["epsilon"];

    private readonly Model _model;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions;

    public Sampler(Model model)
    {
        // Keeps ONNX Runtime from reporting to its maker; only before its library is loaded.
        RuntimeHelpers.RunModuleConstructor(typeof(PictureWriter).Module.ModuleHandle);
        _model = model;
        _runOptions = new RunOptions();
        using SessionOptions options = new() { IntraOpNumThreads = 1 };
        _session = new InferenceSession(Path.Combine(model.Folder, "unet/model.onnx"), options);
    }

    /// <returns>[3, 32, 32], from -1 to 1.</returns>
    public float[] Draw(int label, int steps, double guidance, double eta, Noise noise)
    {
        float[] x = new float[Model.Values], x0 = new float[Model.Values];
        for (int k = 0; k < x.Length; k++)
            x[k] = (float)noise.Next();
        // The walk starts at the last timestep that the model knows with pure noise and ends with the clean picture predicted at the first.
        for (int i = 0; i < steps; i++)
        {
            int t = TimestepAt(i);
            double a = _model.AlphasCumprod[t], next = i + 1 < steps ? _model.AlphasCumprod[TimestepAt(i + 1)] : 1;
            double sigma = i + 1 < steps ? eta * Math.Sqrt((1 - next) / (1 - a) * (1 - a / next)) : 0;
            float[] eps = Predict(x, t, label);
            for (int k = 0; k < x.Length; k++)
            {
                float unconditional = eps[Model.Values + k];
                double guided = unconditional + guidance * ((double)eps[k] - unconditional);
                x0[k] = (float)Math.Clamp((x[k] - Math.Sqrt(1 - a) * guided) / Math.Sqrt(a), -1, 1);
                double left = (x[k] - Math.Sqrt(a) * x0[k]) / Math.Sqrt(1 - a); // noise of the clamped picture
                x[k] = (float)(Math.Sqrt(next) * x0[k] + Math.Sqrt(Math.Max(0, 1 - next - sigma * sigma)) * left);
                if (sigma != 0)
                    x[k] = (float)(x[k] + sigma * noise.Next());
            }
        }

        return x0;

        int TimestepAt(int i) => (int)Math.Floor(_model.End - 1 - (double)i * (_model.End - 1 - _model.Start) / (steps - 1) + 0.5);
    }

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }

    /// <summary>
    /// The class and the null class share a batch of two, never more: a picture's bits then do not depend on what else is drawn.
    /// </summary>
    private float[] Predict(float[] x, long timestep, long label)
    {
        using OrtValue sample = OrtValue.CreateTensorValueFromMemory<float>([.. x, .. x], [2, Model.Channels, Model.Edge, Model.Edge]);
        using OrtValue timesteps = OrtValue.CreateTensorValueFromMemory<long>([timestep, timestep], [2]);
        using OrtValue classes = OrtValue.CreateTensorValueFromMemory<long>([label, _model.NullClass], [2]);
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_runOptions, Inputs, [sample, timesteps, classes], Outputs);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}

/// <summary>Separable Catmull-Rom, pixel centres aligned, edges repeated: 32 pixels shown large without blocks.</summary>
internal static class Enlargement
{
    private const int Taps = 4;

    /// <param name="planes">[3, 32, 32], from -1 to 1.</param>
    /// <param name="size">Edge of the result.</param>
    /// <returns>[size, size, 3].</returns>
    public static byte[] ToRgb(float[] planes, int size)
    {
        (int From, double Weight)[][] taps = [.. Enumerable.Range(0, size).Select(i => TapsOf(i, size))];
        var rgb = new byte[size * size * Model.Channels];
        var wide = new double[Model.Edge, size];
        for (int c = 0; c < Model.Channels; c++)
        {
            for (int y = 0; y < Model.Edge; y++)
            {
                for (int x = 0; x < size; x++)
                    wide[y, x] = taps[x].Sum(tap => tap.Weight * planes[c * Model.Plane + y * Model.Edge + tap.From]);
            }

            for (int y = 0; y < size; y++)
            {
                for (int x = 0; x < size; x++)
                {
                    double value = taps[y].Sum(tap => tap.Weight * wide[tap.From, x]);
                    rgb[(y * size + x) * Model.Channels + c] = (byte)Math.Clamp(Math.Floor((value + 1) * 127.5 + 0.5), 0, 255);
                }
            }
        }

        return rgb;
    }

    private static (int From, double Weight)[] TapsOf(int position, int size)
    {
        double centre = (position + 0.5) * Model.Edge / size - 0.5;
        int first = (int)Math.Floor(centre) - 1;
        return [.. Enumerable.Range(first, Taps).Select(i => (Math.Clamp(i, 0, Model.Edge - 1), Kernel(Math.Abs(centre - i))))];
    }

    private static double Kernel(double d) => d < 1 ? (1.5 * d - 2.5) * d * d + 1 : d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}
