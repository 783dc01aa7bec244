using System.CommandLine;
using System.Text.Json;
using DiffusionClassifier.Cli.Catalog;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Evaluation.Engines;

namespace DiffusionClassifier.Cli.Classify;

/// <summary><c>dclassify classify</c>: pictures in, answers out.</summary>
internal sealed class ClassifyCommand
{
    private readonly Engines _engines;
    private readonly ClassifyOptions _request = new();
    private readonly Option<string?> _model = SharedOptions.ModelByLabels(), _models = SharedOptions.Models();
    private readonly Option<DeviceOptions?> _device = SharedOptions.Device();
    private readonly Option<bool> _json = SharedOptions.Json(
        "Print the answer as JSON, as the service gives it. Of several images: an array in the order of the arguments, "
            + "with null for an image that failed.");

    private readonly Argument<string[]> _images = SharedOptions.Images("Picture files: JPEG, PNG or WebP. Several share batches.");

    private ClassifyCommand(Engines engines) => _engines = engines;

    public static Command Create(Engines engines) => new ClassifyCommand(engines).Build();

    private Command Build()
    {
        var command = new Command("classify", "Say what is in pictures.") { _images };
        foreach (Option option in (IEnumerable<Option>)[.. _request.All, _model, _models, _device, _json])
            command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] files = parsed.GetRequiredValue(_images);
        ImageFile.RequireAll(files);
        ClassificationRequest request = _request.Read(parsed);
        SingleModel model = ModelChooser.Choose(_engines, parsed.GetValue(_model), parsed.GetValue(_models), new Submission(request));

        string title = files.Length == 1 ? Path.GetFileName(files[0]) : $"{files.Length} images";
        IReadOnlyList<ImageOutcome> outcomes = await ProgressBar.RunAsync(title, async progress =>
        {
            using EngineSession session = await _engines.StartAsync(
                model, parsed.GetValue(_device), parsed.GetValue(SharedOptions.Verbose), cancellationToken);
            return await new ImageClassifier(session.Engine, _engines.MaxImageBytes).RunAsync(files, request, progress, cancellationToken);
        });
        if (model.Warning is { } warning)
        {
            outcomes =
            [
                .. outcomes.Select(
                    outcome => outcome with
                    {
                        Answer = outcome.Answer is { } answer ? answer with { Warnings = [warning, .. answer.Warnings] } : null,
                    }),
            ];
        }

        if (parsed.GetValue(_json))
            WriteJson(outcomes);
        else
            WriteTables(outcomes);
        foreach (ImageOutcome outcome in outcomes.Where(outcome => outcome.Problem is not null))
            ErrorReport.WriteLine($"{outcome.File}: {outcome.Problem}");
        return outcomes.All(outcome => outcome.Problem is null) ? ExitCode.Success : ExitCode.UserError;
    }

    private static void WriteJson(IReadOnlyList<ImageOutcome> outcomes)
    {
        ClassificationResult?[] answers = [.. outcomes.Select(outcome => outcome.Answer)];
        if (answers is [{ } only])
            Console.Out.WriteLine(JsonSerializer.Serialize(only, AnswerJson.Indented));
        else if (answers.Length > 1)
            Console.Out.WriteLine(JsonSerializer.Serialize(answers, AnswerJson.Indented));
    }

    private static void WriteTables(IReadOnlyList<ImageOutcome> outcomes)
    {
        var told = new HashSet<string>(); // what is odd about the model is odd for every picture: say it once
        foreach (ImageOutcome outcome in outcomes)
        {
            if (outcome.Answer is { } answer)
                AnswerTable.Write(Terminal.Out, outcome.File, answer with { Warnings = [.. answer.Warnings.Where(told.Add)] });
        }
    }
}
