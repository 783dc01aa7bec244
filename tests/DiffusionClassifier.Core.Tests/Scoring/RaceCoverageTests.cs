using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Banks;

namespace DiffusionClassifier.Core.Tests.Scoring;

/// <summary>What a race promises, δ, held to simulated banks in which the best arm is hard to tell from others.</summary>
public class RaceCoverageTests
{
    private const int Arms = 8, Trials = 128, Draws = 1250; // eight cases: 10,000 draws
    private const double Tie = 1e-6; // in standard errors: a best arm that cannot be told from a tie
    private const double Sigmas = 3; // of the binomial distribution of wrong answers

    [Theory]
    [InlineData("all", false)]
    [InlineData("pair", false)]
    [InlineData("half", false)]
    [InlineData("near", false)]
    [InlineData("all", true)]
    [InlineData("pair", true)]
    [InlineData("half", true)]
    [InlineData("near", true)]
    public void A_race_of_near_ties_is_wrong_at_most_delta_of_the_time_and_an_uncorrected_test_more_often(string ties, bool heavyTails)
    {
        const double delta = 0.05;
        double[] handicaps = new double[Arms];
        int[] looks = [.. Enumerable.Range(2, 14).Select(look => 8 * look)];
        int wrong = 0, uncorrected = 0, rows = 0;
        for (int seed = 0; seed < Draws; seed++)
        {
            var random = new Random(seed);
            double[][] errors = SimulatedBank.Create(random, heavyTails ? SimulatedBank.HeavyTailed : SimulatedBank.Gaussian, Trials, Offsets(random, ties, Arms));

            ReplayOutcome race = Replay.Run(errors, Eliminations.Create(Strategy.Race, Trials, handicaps, delta), handicaps);
            ReplayOutcome control = Replay.Run(errors, new Race(looks, (_, _) => 1.65, first => new PairedSums(Arms, first), Trials, handicaps, topK: 1), handicaps);

            wrong += race.Winner == 0 ? 0 : 1;
            uncorrected += control.Winner == 0 ? 0 : 1;
            rows += race.Rows;
        }

        double bound = Draws * delta + Sigmas * Math.Sqrt(Draws * delta * (1 - delta));
        TestContext.Current.TestOutputHelper?.WriteLine($"{ties} {heavyTails}: race {100.0 * wrong / Draws} %, uncorrected {100.0 * uncorrected / Draws} %, rows {(double)rows / Draws}");
        Assert.True(wrong <= bound, $"{wrong} of {Draws} wrong");
        Assert.True(uncorrected > bound, $"{uncorrected} of {Draws} wrong without correction");
        Assert.True(rows < Draws * Arms * Trials, "nothing was saved");
    }

    [Theory]
    [InlineData("gaussian", "all")]
    [InlineData("heavy", "all")]
    [InlineData("without variance", "all")]
    [InlineData("skewed", "all")]
    [InlineData("skewed", "pair")]
    [InlineData("skewed", "near")]
    public void An_anytime_race_keeps_its_promise_where_an_asymptotic_test_does_not(string noise, string ties)
    {
        const double delta = 0.05;
        const int arms = 10;
        double[] handicaps = new double[arms];
        int wrong = 0, asymptotic = 0, rows = 0, draws = 1000;
        for (int seed = 0; seed < draws; seed++)
        {
            var random = new Random(seed);
            double[][] errors = SimulatedBank.Create(random, noise switch
            {
                "gaussian" => SimulatedBank.Gaussian,
                "heavy" => SimulatedBank.HeavyTailed,
                "skewed" => SimulatedBank.Skewed,
                _ => SimulatedBank.WithoutVariance,
            }, Trials, Offsets(random, ties, arms));

            ReplayOutcome outcome = Replay.Run(errors, Eliminations.Create(Strategy.RaceAnytime, Trials, handicaps, delta), handicaps);

            wrong += outcome.Winner == 0 ? 0 : 1;
            rows += outcome.Rows;
            asymptotic += Replay.Run(errors, Eliminations.Create(Strategy.Race, Trials, handicaps, delta), handicaps).Winner == 0 ? 0 : 1;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{noise} {ties}: anytime {100.0 * wrong / draws} %, race {100.0 * asymptotic / draws} %, rows {(double)rows / draws / arms / Trials:P0}");
        Assert.InRange(wrong, 0, draws * delta);
        if (noise != "skewed")
            return; // all arms are tied: hardly any is ever eliminated
        Assert.True(asymptotic > 2 * draws * delta, $"{asymptotic} of {draws} wrong with the t-test");
        Assert.True(rows < draws * arms * Trials, "nothing was saved");
    }

    private static double[] Offsets(Random random, string ties, int arms) => [0, .. Enumerable.Range(1, arms - 1).Select(arm => ties switch
    {
        "pair" when arm > 1 => 1 + 9 * random.NextDouble(),
        "half" when arm >= arms / 2 => 1 + 9 * random.NextDouble(),
        "near" => Tie + 3 * random.NextDouble(),
        _ => Tie,
    })];
}
