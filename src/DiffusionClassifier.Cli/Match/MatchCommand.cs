using System.CommandLine;
using System.Text.Json;
using DiffusionClassifier.Cli.Catalog;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Cli.Servers;
using DiffusionClassifier.Client;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Evaluation.Engines;

namespace DiffusionClassifier.Cli.Match;

/// <summary><c>dclassify match</c>: which caption fits which image.</summary>
internal sealed class MatchCommand
{
    private readonly Engines _engines;
    private readonly RequestOptions<MatchRequest> _request = new();
    private readonly Option<string?> _model = SharedOptions.ModelByLabels(), _models = SharedOptions.Models();
    private readonly Option<DeviceOptions?> _device = SharedOptions.Device();
    private readonly ServerOptions _server = new();
    private readonly Option<bool> _json = SharedOptions.Json("Print the answer as JSON, as the service gives it.");

    private readonly TextList _captions = new(
        ValueOptions.WholeTexts(
            "--captions",
            "A caption, commas and all; repeat the option for each, or give a JSON array.", "\"a red cube on a blue sphere\""),
        "--captions-file", "The captions, one per line, as UTF-8.");

    private readonly Argument<string[]> _images = SharedOptions.Images("Image files: JPEG, PNG or WebP; - is standard input.");

    private MatchCommand(Engines engines) => _engines = engines;

    public static Command Create(Engines engines) => new MatchCommand(engines).Build();

    private Command Build()
    {
        var command = new Command(
            "match", "Score images against captions; two of each also get Winoground's verdicts.") { _images };
        foreach (Option option in (IEnumerable<Option>)
            [.. _captions.All, .. _request.All, _model, _models, _device, .. _server.All, _json])
        {
            command.Add(option);
        }

        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] files = parsed.GetRequiredValue(_images);
        ImageFile.RequireAll(files);
        ClassifierClient? client = _server.Read(parsed, _models, _device);
        List<ReadOnlyMemory<byte>> images = [];
        foreach (string file in files)
            images.Add(await ImageFile.ReadAsync(file, _engines.MaxImageBytes, cancellationToken));
        MatchRequest request = _request.Read(parsed) with
        {
            Images = images,
            Captions = _captions.Read(parsed),
        };

        MatchResult result = client is null
            ? await MatchHereAsync(request, parsed, cancellationToken)
            : await ProgressBar.RunAsync(
                "matching", _ => client.MatchAsync(request with { Model = parsed.GetValue(_model) }, cancellationToken));
        if (parsed.GetValue(_json))
            Console.Out.WriteLine(JsonSerializer.Serialize(result, AnswerJson.Indented));
        else
            MatchTable.Write(Terminal.Out, files, result);
        return ExitCode.Success;
    }
    private async Task<MatchResult> MatchHereAsync(MatchRequest request, ParseResult parsed, CancellationToken cancellationToken)
    {
        SingleModel model = ModelChooser.Choose(
            _engines, parsed.GetValue(_model), parsed.GetValue(_models), ImageTextMatcher.AsSubmission(request));
        using EngineSession session = await _engines.StartAsync(
            model, parsed.GetValue(_device), parsed.GetValue(SharedOptions.Verbose), cancellationToken);
        MatchResult result = await ProgressBar.RunAsync(
            "matching",
            _ =>
                new ImageTextMatcher(session.Engine, EngineSession.Options)
                    .MatchAsync(request, Caller.Anonymous, cancellationToken: cancellationToken));
        if (model.InsteadOf is { } classModel)
            FreeText.RequireKnown(result, classModel);
        return model.Warning is { } warning ? result with { Warnings = [warning, .. result.Warnings] } : result;
    }
}
