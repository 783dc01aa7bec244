using System.CommandLine;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Cli.Input;

/// <summary>Options that mean the same in every command.</summary>
internal static class SharedOptions
{
    public static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Show the engine's log and, if something fails, the full stack trace on standard error.",
        Recursive = true,
    };

    public static Option<string?> Model() => Model("the first by name");

    /// <summary>For commands whose labels may tell which model is meant.</summary>
    public static Option<string?> ModelByLabels() =>
        Model("the first by name; if that knows only classes and no label is one of them, the only model that reads free text");

    private static Option<string?> Model(string byDefault) => new("--model")
    {
        Description = $"A bundle's folder, or the id of a model in the models folder. [default: {byDefault}]",
        HelpName = "DIR|id",
    };

    public static Option<string?> Models() => new("--models")
    {
        Description = "The folder with the models. [default: $DC_MODELS, else ./models, else the models next to this program]",
        HelpName = "FOLDER",
    };

    public static Option<DeviceOptions?> Device() => new("--device")
    {
        Description = "What the model runs on: cpu, cuda, cuda:1; with settings of the provider: cuda:0,prefer_nhwc=1. "
            + "[default: cuda if it works, else cpu]",
        HelpName = "DEVICE",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            DeviceOptions? device = DeviceOptions.TryParse(text);
            if (device is null)
            {
                result.AddError(
                    $"--device is '{text}'; it must be a provider with, optionally, an id and settings, as in cuda:0,prefer_nhwc=1.");
            }

            return device;
        },
    };

    /// <summary>The images of a command.</summary>
    public static Argument<string[]> Images(string description) => new("IMAGE")
    {
        Description = description,
        Arity = ArgumentArity.OneOrMore,
        Validators = { ParseErrors.RefuseUnknownOptions },
    };

    public static Option<bool> Json(string description) => new("--json") { Description = description };
}
