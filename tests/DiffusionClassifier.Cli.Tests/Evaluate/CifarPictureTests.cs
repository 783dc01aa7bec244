using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Testing;
using DiffusionClassifier.Testing.Images;

namespace DiffusionClassifier.Cli.Tests.Evaluate;

/// <summary>Images of records on the way that every image goes.</summary>
public sealed class CifarPictureTests : IDisposable
{
    private const int Side = 32, RecordBytes = 1 + 3 * Side * Side; // the label, then planes of red, green and blue

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_record_of_cifar_10_keeps_every_pixel_on_its_way_through_an_image_file()
    {
        byte[] records = CifarFile.Create(2);
        string path = _folder.Write("data.bin", records);

        DataSet data = DataSource.Parse($"cifar10:{path}").Read(maxImageBytes: 1 << 20, PictureWriter.Png);
        ReadOnlyMemory<byte> file = await data.Images[1].ReadAsync(TestContext.Current.CancellationToken);
        var images = new ImagePreprocessor(ImageDecoders.Create());
        PixelImage image = images.Load(file, images.ReadHeader(file), ImageMode.Default, new ImagePreprocessing(Side));

        Assert.Equal([0, 1], data.Images.Select(each => each.Class));
        byte[] planes = records.AsSpan(RecordBytes + 1).ToArray();
        Assert.Equal(planes, image.Values.Select(value => (byte)MathF.Round((value * 0.5f + 0.5f) * 255)));
    }

    public void Dispose() => _folder.Dispose();
}
