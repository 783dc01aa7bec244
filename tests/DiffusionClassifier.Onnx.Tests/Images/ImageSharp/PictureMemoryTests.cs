using System.Buffers;
using DiffusionClassifier.Onnx.Images.ImageSharp;
using SixLabors.ImageSharp.Memory;

namespace DiffusionClassifier.Onnx.Tests.Images.ImageSharp;

public sealed class PictureMemoryTests
{
    [Fact]
    public void No_more_is_lent_at_once_than_the_limit_and_what_comes_back_is_lent_again()
    {
        PictureMemory memory = new(limit: 100);
        IMemoryOwner<int> first = memory.Allocate<int>(20);

        Assert.Throws<InvalidMemoryOperationException>(() => new PictureMemory(limit: 100).Allocate<long>(13));
        first.Dispose();
        first.Dispose();

        using IMemoryOwner<int> all = memory.Allocate<int>(25);
        Assert.Equal(25, all.Memory.Length);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(2_000_000)]
    public void What_is_lent_is_zero_also_where_something_lay_there_before(int length)
    {
        PictureMemory memory = new(limit: 16_000_000);
        for (int time = 0; time < 5; time++)
        {
            using IMemoryOwner<byte> lent = memory.Allocate<byte>(length);

            Assert.Equal(-1, lent.Memory.Span.IndexOfAnyExcept((byte)0));
            lent.Memory.Span.Fill(7);
        }
    }
}
