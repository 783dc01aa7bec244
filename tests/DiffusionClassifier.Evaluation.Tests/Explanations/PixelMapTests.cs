using DiffusionClassifier.Evaluation.Explanations;

namespace DiffusionClassifier.Evaluation.Tests.Explanations;

public sealed class PixelMapTests
{
    [Fact]
    public void Pixels_come_in_the_order_of_the_map_under_them()
    {
        var map = new PixelMap(2, 2, [1, 4, 2, 3]);

        int[] order = map.Order(4);

        Assert.Equal(Enumerable.Range(0, 16), order.Order());
        Assert.Equal(3, order[0]); // the corner of the largest value
        Assert.Equal(0, order[^1]); // and of the smallest
    }

    [Fact]
    public void A_map_of_the_image_s_size_is_not_scaled_and_equal_pixels_stay_in_their_order() =>
        Assert.Equal([1, 2, 0, 3], new PixelMap(2, 2, [0, 5, 5, 0]).Order(2));

    [Fact]
    public void Between_two_places_the_map_is_the_line_between_them()
    {
        // Columns 0 to 3 lie at 0, 0.25, 0.75 and 1 of the way from the left value to the right one.
        var map = new PixelMap(2, 1, [0, 8]);

        Assert.Equal([3, 7, 11, 15, 2, 6, 10, 14, 1, 5, 9, 13, 0, 4, 8, 12], map.Order(4));
    }

    [Fact]
    public void The_peak_is_the_middle_of_the_largest_place() =>
        Assert.Equal((0.75, 0.25), new PixelMap(2, 2, [1, 4, 2, 3]).Peak);

    [Fact]
    public void The_map_of_the_center_begins_in_the_middle_and_ends_at_a_corner()
    {
        int[] order = PixelMap.Center(5, 5).Order(5);

        Assert.Equal((12, 24), (order[0], order[^1]));
    }

    [Fact]
    public void A_random_map_depends_on_its_seed_alone()
    {
        PixelMap map = PixelMap.Random(8, 8, 3);

        Assert.Equal(map.Values, PixelMap.Random(8, 8, 3).Values);
        Assert.NotEqual(map.Values, PixelMap.Random(8, 8, 4).Values);
    }
}
