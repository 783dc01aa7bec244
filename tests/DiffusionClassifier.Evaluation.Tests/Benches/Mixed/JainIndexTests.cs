using DiffusionClassifier.Evaluation.Benches.Mixed;

namespace DiffusionClassifier.Evaluation.Tests.Benches.Mixed;

public sealed class JainIndexTests
{
    [Fact]
    public void Equal_shares_give_1() => Assert.Equal(1, JainIndex.Of([3, 3, 3]));

    [Fact]
    public void One_who_has_everything_gives_one_over_how_many_there_are() => Assert.Equal(0.25, JainIndex.Of([7, 0, 0, 0]));

    [Fact]
    public void Half_as_much_for_one_of_two_gives_nine_tenths() => Assert.Equal(0.9, JainIndex.Of([2, 1])!.Value, precision: 12);

    [Fact]
    public void If_all_shares_are_zero_there_is_no_index()
    {
        Assert.Null(JainIndex.Of([]));
        Assert.Null(JainIndex.Of([0, 0]));
    }
}
