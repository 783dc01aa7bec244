using System.CommandLine;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Evaluation.Baselines;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Harness;

namespace DiffusionClassifier.Cli.Evaluate;

/// <summary>What the model is compared with on the same images.</summary>
internal sealed class BaselineOptions
{
    private readonly Option<string?> _baseline = new("--baseline")
    {
        Description = $"Also measure {BaselinePlan.ResNet18Probe} on the same images: a linear classifier on the features of a ResNet-18 "
            + "of ImageNet.",
        HelpName = BaselinePlan.ResNet18Probe,
    };

    private readonly Option<string?> _data = new("--baseline-data")
    {
        Description = "The labeled images that the baseline is fitted to: none of those that are measured on.",
        HelpName = "KIND:PATH",
    };

    private readonly Option<int?> _limit = ValueOptions.Number<int>("--baseline-limit",
        $"At most so many of them, chosen by the seed. [default: {BaselinePlan.DefaultImages}]", "a whole number");

    public IEnumerable<Option> All => [_baseline, _data, _limit];

    /// <summary>Adds to a plan what the options say.</summary>
    /// <exception cref="UserException">They do not fit together.</exception>
    public EvaluationPlan Read(ParseResult parsed, EvaluationPlan plan)
    {
        if (parsed.GetValue(_baseline) is not { } name)
        {
            return All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } useless
                ? throw new UserException(
                    $"{useless.Name} is about a baseline: give {_baseline.Name} {BaselinePlan.ResNet18Probe} as well.")
                : plan;
        }

        if (name != BaselinePlan.ResNet18Probe)
            throw new UserException($"{_baseline.Name} is '{name}'; there is only {BaselinePlan.ResNet18Probe}.");
        if (parsed.GetValue(_data) is not { } text)
            throw new UserException($"{_baseline.Name} is fitted to labeled images: give them with {_data.Name} KIND:PATH.");
        if (plan.Data is null || plan.Data.IsWinoground || plan.Folder is null)
            throw new UserException($"{_baseline.Name} is measured on images with classes, for a report: give --data and --out.");
        if (parsed.GetValue(_limit) is < 1)
            throw new UserException($"{_limit.Name} is {parsed.GetValue(_limit)}; it must be at least 1.");
        var source = DataSource.Parse(text, _data.Name);
        if (source.IsWinoground)
            throw new UserException($"{_data.Name} is a data set of captions; a classifier is fitted to images with classes.");
        if (Path.GetFullPath(source.Path) == Path.GetFullPath(plan.Data.Path))
            throw new UserException($"{_data.Name} is --data: what a classifier was fitted to says nothing about other images.");
        return plan with { Baseline = new BaselinePlan(name, source, parsed.GetValue(_limit) ?? BaselinePlan.DefaultImages) };
    }
}
