using System.CommandLine;
using DiffusionClassifier.Cli.Catalog;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Cli.Servers;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Cli.Classify;

/// <summary><c>dclassify classify</c>: images in, answers out.</summary>
internal sealed class ClassifyCommand
{
    private readonly Engines _engines;
    private readonly ClassifyOptions _request = new();
    private readonly Option<string?> _model = SharedOptions.ModelByLabels(), _models = SharedOptions.Models();
    private readonly Option<DeviceOptions?> _device = SharedOptions.Device();
    private readonly ServerOptions _server = new();
    private readonly ExplanationOptions _explanation = new();
    private readonly Option<bool> _json = SharedOptions.Json(
        "Print the answer as JSON, as the service gives it. For several images: the same as --jsonl.");

    private readonly Option<bool> _jsonLines = new("--jsonl")
    {
        Description = "Print a line of JSON for each image as it is ready, with its file and its answer or error.",
    };

    private readonly Option<bool> _csv = new("--csv")
    {
        Description = "Print a line of comma-separated values for each image as it is ready.",
    };

    private readonly Argument<string[]> _images = SharedOptions.Images(
        "Image files: JPEG, PNG or WebP; a folder means all images in it, - standard input. One image gets a table of its labels; "
            + "several get one line each, as they are ready.");

    private ClassifyCommand(Engines engines) => _engines = engines;

    public static Command Create(Engines engines) => new ClassifyCommand(engines).Build();

    private Command Build()
    {
        var command = new Command("classify", "Classify images.") { _images };
        foreach (Option option in (IEnumerable<Option>)
            [.. _request.All, _model, _models, _device, .. _server.All, _json, _jsonLines, _csv, .. _explanation.All])
        {
            command.Add(option);
        }

        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] arguments = parsed.GetRequiredValue(_images), files = ImageFile.Expand(arguments);
        bool isOne = files is [var only] && arguments[0] == only;
        Option<bool>[] formats = [.. ((Option<bool>[])[_json, _jsonLines, _csv]).Where(parsed.GetValue)];
        if (formats is [var first, var second, ..])
            throw new UserException($"Give either {first.Name} or {second.Name}, not both.");
        ClassificationRequest request = _explanation.Read(parsed, _request.Read(parsed), isOne);
        IImageAnswers answers = Answers(parsed, request);

        List<ImageOutcome> done = [];
        AnswerWriter? writer = null;
        string title = isOne ? Path.GetFileName(files[0]) : $"{files.Length:N0} images";
        try
        {
            await ProgressBar.RunAsync(title, ClassifyAsync, isQuiet: !isOne && !Console.IsOutputRedirected);
        }
        catch (OperationCanceledException) when (!isOne)
        {
            ErrorReport.WriteLine(
                $"Interrupted: {done.Count:N0} of {files.Length:N0} images are done, and what was printed for them is complete.");
            return ExitCode.Interrupted;
        }

        if (isOne)
            Write(done[0]); // not before the bar is gone
        return done.TrueForAll(outcome => outcome.Problem is null) ? ExitCode.Success : ExitCode.UserError;

        async Task<bool> ClassifyAsync(IProgressDisplay progress)
        {
            await answers.RunAsync(files, request, progress, Take, cancellationToken);
            return true;
        }

        void Take(ImageOutcome outcome)
        {
            if (!isOne)
                Write(outcome);
            // For many images, only the count and the problem are needed.
            done.Add(isOne ? outcome : outcome with { Answer = null });
        }

        void Write(ImageOutcome outcome)
        {
            (writer ??= CreateWriter(parsed, isOne ? null : files.Max(file => file.Length))).Write(outcome);
            if (outcome.Problem is { } problem)
                ErrorReport.WriteLine($"{outcome.File}: {problem}");
            _explanation.Write(parsed, outcome);
        }
    }

    private IImageAnswers Answers(ParseResult parsed, ClassificationRequest request)
    {
        if (_server.Read(parsed, _models, _device) is { } client)
            return new ServerAnswers(client, parsed.GetValue(_model), _engines.MaxImageBytes);
        SingleModel model = ModelChooser.Choose(_engines, parsed.GetValue(_model), parsed.GetValue(_models), new Submission(request));
        return new EngineAnswers(_engines, model, parsed.GetValue(_device), parsed.GetValue(SharedOptions.Verbose));
    }

    private AnswerWriter CreateWriter(ParseResult parsed, int? fileWidth) => (parsed.GetValue(_json), parsed.GetValue(_jsonLines)) switch
    {
        (true, _) when fileWidth is null => new AnswerWriter.OneJson(),
        (true, _) or (_, true) => new AnswerWriter.JsonLines(),
        _ when parsed.GetValue(_csv) => new AnswerWriter.Csv(),
        _ => new AnswerWriter.Text(fileWidth),
    };
}
