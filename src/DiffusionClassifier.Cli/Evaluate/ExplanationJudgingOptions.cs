using System.CommandLine;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Evaluation.Explanations;
using DiffusionClassifier.Evaluation.Harness;

namespace DiffusionClassifier.Cli.Evaluate;

/// <summary>Whether the answers' explanations are judged, and how.</summary>
internal sealed class ExplanationJudgingOptions
{
    private const string DefaultAgainst = "runnerUp";
    private const int MostSteps = 1000; // each is six classifications of every image

    private readonly Option<bool> _explain = new("--explain")
    {
        Description = "Also judge explanations: what becomes of the winner's posterior as pixels go or come in the order of its map, of a "
            + "random map and of one that falls off from the middle.",
    };

    private readonly Option<string?> _against = new("--explain-against")
    {
        Description = $"What the winner is compared with: {DefaultAgainst}, null (the empty prompt), or a label. "
            + $"[default: {DefaultAgainst}]",
        HelpName = "LABEL",
    };

    private readonly Option<int?> _steps = ValueOptions.Number<int>(
        "--explain-steps",
        "In how many parts the pixels go and come: N cost 6N \u2212 3 classifications of an image; 0: none, only the pointing. "
            + $"[default: {ExplanationSettings.DefaultSteps}]",
        "a whole number");

    private readonly Option<int?> _trials = ValueOptions.Number<int>(
        "--explain-trials",
        $"Trials of every label in each of these classifications. [default: {ExplanationSettings.DefaultTrials}]",
        "a whole number");

    private readonly Option<string?> _boxes = new("--boxes")
    {
        Description = "Where the object is that a label names, as lines of path,label,x,y,width,height in pixels of the image's file: "
            + "says how often a map has its maximum on it.",
        HelpName = "FILE",
    };

    public IEnumerable<Option> All => [_explain, _against, _steps, _trials, _boxes];

    /// <summary>Adds to a plan what the options say.</summary>
    /// <exception cref="UserException">They do not fit together.</exception>
    public EvaluationPlan Read(ParseResult parsed, EvaluationPlan plan)
    {
        if (!parsed.GetValue(_explain))
        {
            return All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false } && option != _explain) is { } useless
                ? throw new UserException($"{useless.Name} is about explanations: give {_explain.Name} as well.")
                : plan;
        }

        if (plan.Bank is not null)
            throw new UserException($"--bank keeps errors without their places: leave out {_explain.Name}, or give --out without --bank.");
        if (plan.Data is { IsWinoground: true })
            throw new UserException($"{_explain.Name} judges images with labels, not winoground's pairs: leave it out.");
        int steps = parsed.GetValue(_steps) ?? ExplanationSettings.DefaultSteps;
        if (steps is < 0 or > MostSteps or 1)
            throw new UserException($"{_steps.Name} is {steps}; it must be 0 or from 2 to {MostSteps}.");
        int trials = parsed.GetValue(_trials) ?? ExplanationSettings.DefaultTrials;
        if (trials < 1)
            throw new UserException($"{_trials.Name} is {trials}; it must be at least 1.");
        return plan with
        {
            Explanation = new ExplanationSettings(parsed.GetValue(_against) ?? DefaultAgainst, steps, trials),
            Boxes = parsed.GetValue(_boxes),
        };
    }
}
