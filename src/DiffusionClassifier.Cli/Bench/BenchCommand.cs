using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DiffusionClassifier.Cli.Catalog;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Benches;
using DiffusionClassifier.Evaluation.Benches.Http;
using DiffusionClassifier.Evaluation.Benches.Mixed;
using DiffusionClassifier.Evaluation.Engines;

namespace DiffusionClassifier.Cli.Bench;

/// <summary>
/// <c>dclassify bench</c>: how fast a model runs here, how much of that clients of the service get, and how they share it.
/// </summary>
internal sealed class BenchCommand
{
    private const int DefaultClients = 8;
    private const int MaxClients = 200; // below the number of requests that a service admits at once
    private const double DefaultSeconds = 80; // about twenty pairs of slices of a second or more
    // Twelve situations of about 13 s: a hundred small requests each, with the model that ships.
    private const double DefaultMixedSeconds = 210;
    private const double MinSeconds = 1, MaxSeconds = 86_400; // below, slices are single calls; more than a day is a typo

    private readonly Engines _engines;
    private readonly Option<string?> _model = SharedOptions.Model(), _models = SharedOptions.Models();
    private readonly Option<bool> _json = SharedOptions.Json("Print the figures as JSON.");
    private readonly Option<string[]> _labels = ValueOptions.Texts(
        "--labels", "The labels of the requests: with few, each draw of noise serves few rows. [default: all classes]", "\"cat,dog\"");
    private readonly Option<int?> _clients = ValueOptions.Number<int>(
        "--clients", $"Number of clients, each of which always waits for an answer. [default: {DefaultClients}]", "a whole number");
    private readonly Option<double?> _seconds = ValueOptions.Number<double>(
        "--seconds", $"About how long to measure. [default: {DefaultSeconds}, with --mixed {DefaultMixedSeconds}]", "a number of seconds");
    private readonly Option<string?> _url = new("--url")
    {
        Description = "A running service on this machine, otherwise idle. [default: one is started]",
        HelpName = "URL",
    };
    private readonly Option<string?> _service = new("--service")
    {
        Description = "The service's program. [default: the one built with this program]",
        HelpName = "DLL",
    };
    private readonly Option<DeviceOptions?> _device = SharedOptions.Device();
    private readonly Option<int?> _batch = ValueOptions.Number<int>(
        "--max-batch", "The largest batch to measure. [default: 32 on the CPU, 512 on other devices, or what fits]", "a whole number");
    private readonly Option<bool> _raw = new("--raw") { Description = "Measure the bare denoiser alone, by batch size." };
    private readonly Option<bool> _mixed = new("--mixed")
    {
        Description = "Measure instead how long small requests take alongside 0, 1, 4 and 16 large ones, under each policy.",
    };

    private BenchCommand(Engines engines) => _engines = engines;

    public static Command Create(Engines engines) => new BenchCommand(engines).Build();

    private Command Build()
    {
        var command = new Command("bench", "Measure the bare denoiser and the service in turn: rows per second and their ratio.")
        {
            _clients, _raw, _mixed, _seconds, _labels, _model, _models, _device, _batch, _url, _service, _json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        (bool mixed, bool raw) = (parsed.GetValue(_mixed), parsed.GetValue(_raw));
        double seconds = Range(
            "--seconds", parsed.GetValue(_seconds) ?? (mixed ? DefaultMixedSeconds : DefaultSeconds), MinSeconds, MaxSeconds);
        ServiceTarget target = Target(parsed);
        SingleModel model = ModelChooser.Choose(_engines, parsed.GetValue(_model), parsed.GetValue(_models));
        string[]? labels = parsed.GetValue(_labels) is { Length: > 0 } some ? some : null;
        using var loggers = new StderrLoggers(parsed.GetValue(SharedOptions.Verbose));
        bool json = parsed.GetValue(_json);
        DeviceOptions device = Device(parsed, model, loggers);
        if (raw)
        {
            var benchmark = new RawBenchmark(model, device, TimeProvider.System);
            Write(
                await MeasureAsync(progress => Task.FromResult(benchmark.Run(seconds, progress, cancellationToken))),
                json,
                BenchTables.Write);
        }
        else if (mixed)
        {
            var benchmark = new MixedBenchmark(model, device, labels, loggers, TimeProvider.System);
            Write(await MeasureAsync(progress => benchmark.RunAsync(seconds, progress, cancellationToken)), json, BenchTables.Write);
        }
        else
        {
            var benchmark = new ServiceBenchmark(model, device, target, labels, loggers, TimeProvider.System);
            Write(await MeasureAsync(progress => benchmark.RunAsync(seconds, progress, cancellationToken)), json, BenchTables.Write);
        }

        return ExitCode.Success;

        Task<T> MeasureAsync<T>(Func<IProgress<double>, Task<T>> measure) => ProgressBar.RunAsync($"bench {model.Manifest.Id}", measure);
    }

    // The requested device, or what replaces it.
    private DeviceOptions Device(ParseResult parsed, SingleModel model, StderrLoggers loggers)
    {
        if (parsed.GetValue(_batch) is { } batch)
            Range("--max-batch", batch, 1, int.MaxValue);
        DeviceOptions wanted = (parsed.GetValue(_device) ?? new DeviceOptions { Provider = DeviceOptions.Auto }) with
        {
            Batch = parsed.GetValue(_batch),
        };
        return model.FindDevices([wanted], loggers.CreateLogger(nameof(BenchCommand)))[0];
    }

    private ServiceTarget Target(ParseResult parsed)
    {
        if (parsed.GetValue(_mixed) && parsed.GetValue(_raw))
            throw new UserException("Give --mixed or --raw, not both.");
        if ((parsed.GetValue(_mixed) || parsed.GetValue(_raw))
            && (parsed.GetValue(_clients) is not null || parsed.GetValue(_url) is not null || parsed.GetValue(_service) is not null))
        {
            throw new UserException("--mixed and --raw run in this process: they take no --clients, --url or --service.");
        }

        Uri? url = null;
        if (parsed.GetValue(_url) is { } text && (!Uri.TryCreate(text, UriKind.Absolute, out url) || url.Scheme is not ("http" or "https")))
            throw new UserException($"--url is '{text}'; it must be an address such as http://localhost:5080.");
        if (parsed.GetValue(_service) is { } program && (url is not null || !File.Exists(program)))
        {
            throw new UserException(
                url is null ? $"--service names the file {program}, which does not exist." : "Give --url or --service, not both.");
        }

        return new ServiceTarget(
            url, parsed.GetValue(_service), (int)Range("--clients", parsed.GetValue(_clients) ?? DefaultClients, 1, MaxClients));
    }

    private static double Range(string option, double value, double min, double max) => value >= min && value <= max
        ? value
        : throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; it must be from {min} to {max}."));

    private static void Write<T>(T report, bool json, Action<T> writeTable)
    {
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(report, AnswerJson.Indented));
        else
            writeTable(report);
    }
}
