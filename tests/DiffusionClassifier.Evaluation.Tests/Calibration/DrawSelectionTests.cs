using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Evaluation.Calibration;
using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Tests.Calibration;

public sealed class DrawSelectionTests
{
    private const int Trials = 64, TellFrom = 320; // below, 32 trials tell classes apart; from there on there is only noise

    [Fact]
    public void Draws_that_tell_classes_apart_are_chosen_first_and_help_where_there_are_few()
    {
        DrawCalibration draws = DrawSelection.Run(Bank(), folds: 4, seed: 1);

        Assert.Equal([4, 8, 16, 32], draws.Steps.Select(step => step.Draws));
        Assert.All(draws.Chosen.Trials.Take(8), trial => Assert.InRange(trial.Timestep, 0, TellFrom - 1));
        Assert.True(draws.Helps);
        Assert.All(draws.Steps.Take(3), step =>
        {
            Assert.True(step.Chosen.NegativeLogLikelihood < step.Even.NegativeLogLikelihood);
            Assert.True(step.Chosen.Accuracy > step.Even.Accuracy);
        });
    }

    [Fact]
    public void They_have_the_noise_of_the_bank_and_are_all_different()
    {
        ErrorBank bank = Bank();

        ChosenDraws chosen = DrawSelection.Run(bank, folds: 2, seed: 1).Chosen;

        Assert.Equal(7UL, chosen.Seed);
        Assert.Equal(32, chosen.Trials.Distinct().Count());
        Assert.All(chosen.Trials, trial => Assert.Equal(bank.Timesteps[trial.NoiseIndex], trial.Timestep));
        Assert.True(chosen.Betas[15] > chosen.Betas[0]); // the mean over more draws is surer
    }

    [Fact]
    public void Where_all_draws_are_alike_choosing_does_not_help_those_that_were_not_chosen_on()
    {
        DrawCalibration draws = DrawSelection.Run(Bank(noiseFrom: 10 * Trials, noise: 0.5), folds: 4, seed: 1);

        Assert.Equal(draws.Steps.Average(step => step.Even.Accuracy), draws.Steps.Average(step => step.Chosen.Accuracy), 0.04);
    }

    [Fact]
    public void A_bank_that_does_not_say_which_noise_it_has_or_has_few_trials_is_refused()
    {
        Assert.Throws<EvaluationException>(() => DrawSelection.Run(SimulatedErrors.Bank(50, Trials, TellFrom, 1, seed: 1), 2, 0));
        Assert.Throws<EvaluationException>(() => DrawSelection.Run(Bank(trials: 6), 2, 0));
    }

    private static ErrorBank Bank(int trials = Trials, int noiseFrom = TellFrom, double noise = 1.5)
    {
        const int Images = 1_200, Classes = 4;
        ErrorBank bank = SimulatedErrors.Bank(Images, trials, noiseFrom, noise, seed: 2, Classes);
        var settings = new BankSettings
        {
            Model = "tiny",
            Labels = ["a", "b", "c", "d"],
            Trials = trials,
            Loss = PredictionLoss.L2,
            Seed = 7,
            Elements = 48,
            Data = "cifar10:here",
        };
        return new ErrorBank(
            [.. Enumerable.Range(0, Images).SelectMany(image => bank.AllErrors(image).ToArray())], [.. bank.Timesteps], [.. bank.Labels], settings: settings);
    }
}
