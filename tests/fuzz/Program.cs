using System.CommandLine;
using DiffusionClassifier.EndToEnd.Tests.Fuzzing;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Tests.Fuzzing;
using DiffusionClassifier.Onnx.Tests.Images;
using DiffusionClassifier.Testing.Fuzzing;

const string OnlyWhenNamed = "sessions"; // ONNX Runtime may end the process

DecoderKind library = DecoderKind.Vips;
Dictionary<string, Func<Task<FuzzTarget>>> targets = new()
{
    ["images"] = () => Task.FromResult<FuzzTarget>(new ImageTarget(DecoderUnderTest.Of(library))),
    ["bundles"] = () => Task.FromResult<FuzzTarget>(new BundleTarget()),
    ["sessions"] = () => Task.FromResult<FuzzTarget>(new SessionTarget()),
    ["requests"] = RequestTarget.StartAsync,
    ["tokenizer"] = () => Task.FromResult<FuzzTarget>(new TokenizerTarget()),
};
Option<string[]> names = new("--target") { Description = $"What to fuzz; all but {OnlyWhenNamed} where absent.", DefaultValueFactory = _ => [.. targets.Keys.Where(name => name != OnlyWhenNamed)], AllowMultipleArgumentsPerToken = true };
names.AcceptOnlyFromAmong([.. targets.Keys]);
Option<DecoderKind> decoder = new("--decoder") { Description = "Which library reads the images.", DefaultValueFactory = _ => DecoderKind.Vips };
Option<double> seconds = new("--seconds") { Description = "How long each target is fuzzed.", DefaultValueFactory = _ => 60 };
Option<int> seed = new("--seed") { Description = "Another seed makes other cases.", DefaultValueFactory = _ => 1 };
Option<int?> only = new("--case") { Description = "Runs this one case, as a failure's message says." };
Option<FileInfo?> file = new("--file") { Description = "Feeds these bytes, such as a failure left them in artifacts/fuzz/." };

RootCommand command = new("Feeds damaged input to what takes input from strangers, until the time is over or something breaks.") { names, decoder, seconds, seed, only, file };
command.SetAction(async (parsed, cancellation) =>
{
    library = parsed.GetValue(decoder);
    foreach (string name in parsed.GetValue(names)!)
    {
        await using FuzzTarget target = await targets[name]();
        if (parsed.GetValue(file) is { } replayed)
        {
            Console.WriteLine($"{name}: {await target.CheckAsync(await File.ReadAllBytesAsync(replayed.FullName, cancellation), cancellation)}");
            continue;
        }

        long end = TimeProvider.System.GetTimestamp() + (long)(parsed.GetValue(seconds) * TimeProvider.System.TimestampFrequency);
        IEnumerable<int> cases = parsed.GetValue(only) is { } number ? [number] : Enumerable.Range(0, int.MaxValue).TakeWhile(_ => TimeProvider.System.GetTimestamp() < end);
        Console.WriteLine($"{name}, seed {parsed.GetValue(seed)}: {await FuzzRun.RunAsync(target, parsed.GetValue(seed), cases, cancellation)}");
    }

    return 0;
});
return await command.Parse(args).InvokeAsync();
