using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Evaluation.Tests.Banks;

public sealed class ErrorBankTests : IDisposable
{
    private static readonly BankSettings Settings = new()
    {
        Model = "tiny",
        Labels = ["cat", "dog", "Bär"],
        Trials = 2,
        Loss = PredictionLoss.L1,
        Seed = 7,
        Elements = 12,
        Data = "folder:pets",
    };

    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void A_bank_that_was_saved_comes_back_as_it_was()
    {
        float[] errors = [.. Enumerable.Range(0, 2 * 2 * 3).Select(i => i / 8f)];
        new ErrorBank(errors, [5, 15], [2, 0], images: [4, 9], order: [1, 0], Settings).Save(_file);

        ErrorBank bank = ErrorBank.Load(_file);

        Assert.Equal((2, 2, 3), (bank.Images, bank.Trials, bank.Classes));
        Assert.Equal([9 / 8f, 10 / 8f, 11 / 8f], bank.Errors(1, 1).ToArray());
        Assert.Equal([5, 15], bank.Timesteps);
        Assert.Equal([2, 0], bank.Labels);
        Assert.Equal([4, 9], bank.ImageIndices);
        Assert.Equal([1, 0], bank.Order);
        Assert.Equivalent(Settings, bank.Settings, strict: true);
        Assert.Equal([1.5 / 8, 2.5 / 8, 3.5 / 8], bank.MeanErrors(0));
    }

    [Fact]
    public void A_file_cut_short_is_refused_by_name()
    {
        new ErrorBank([1, 2], [5], [0], settings: null).Save(_file);
        File.WriteAllBytes(_file, File.ReadAllBytes(_file)[..100]);

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => ErrorBank.Load(_file));

        Assert.StartsWith($"{_file} is not a bank of errors: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_claims_more_than_there_is_costs_no_memory()
    {
        using (FileStream stream = File.Create(_file))
        using (var archive = new NumpyArchiveWriter(stream))
            archive.Write<float>("errors", [1], int.MaxValue, int.MaxValue, int.MaxValue);

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => ErrorBank.Load(_file));

        Assert.Contains("cut off", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new float[] { 1, 2, 3 }, new[] { 5, 6 }, new[] { 0 }, "do not make 1 images")]
    [InlineData(new float[] { 1, 2 }, new[] { 5 }, new[] { 2 }, "A label is 2")]
    [InlineData(new float[] { 1, float.NaN }, new[] { 5 }, new[] { 0 }, "finite")]
    public void Values_that_do_not_fit_are_refused(float[] errors, int[] timesteps, int[] labels, string message)
    {
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => new ErrorBank(errors, timesteps, labels));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bank_written_by_numpy_is_read()
    {
        ErrorBank bank = ErrorBank.Load(SharedData.Require("cifar10/error-bank.npz"));

        Assert.Equal((500, 128, 10), (bank.Images, bank.Trials, bank.Classes));
        int right = Enumerable.Range(0, bank.Images)
            .Count(image => bank.MeanErrors(image).Index().MinBy(pair => pair.Item).Index == bank.Labels[image]);
        Assert.InRange(right, 300, 340); // its README: about 63%
    }

    public void Dispose() => File.Delete(_file);
}
