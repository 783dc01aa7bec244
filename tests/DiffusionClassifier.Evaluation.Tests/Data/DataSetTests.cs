using System.IO.Compression;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Winoground;
using DiffusionClassifier.Testing;
using DiffusionClassifier.Testing.Images;

namespace DiffusionClassifier.Evaluation.Tests.Data;

public sealed class DataSetTests : IDisposable
{
    private const long MaxBytes = 1 << 20;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_folder_has_a_class_for_each_folder_in_it_and_their_images_in_order()
    {
        foreach (
            string file in (string[])["pets/dog/b.PNG", "pets/dog/a.jpg", "pets/cat/deep/c.webp", "pets/cat/notes.txt", "pets/.git/x.png"])
        {
            _folder.Write(file, "x"u8);
        }

        DataSet data = Read("folder", "pets/");

        Assert.Equal("folder:pets", data.Title);
        Assert.Equal(["cat", "dog"], data.Classes!);
        Assert.Equal([("cat/deep/c.webp", 0), ("dog/a.jpg", 1), ("dog/b.PNG", 1)], data.Images.Select(image => (image.Name, image.Class)));
        Assert.Equal([0, 1, 2], data.Images.Select(image => image.Index));
    }

    [Fact]
    public void What_systems_leave_behind_in_folders_is_neither_a_class_nor_an_image()
    {
        foreach (
            string file in (string[])["pets/dog/a.jpg", "pets/dog/._a.jpg", "pets/dog/@eaDir/a.jpg", "pets/__MACOSX/dog/b.jpg",
                "pets/@eaDir/c.jpg", "pets/@Recycle/c.jpg", "pets/RECYCLER/c.jpg", "pets/#recycle/d.jpg", "pets/.hidden/e.jpg", "pets/$RECYCLE.BIN/f.jpg", "pets/Thumbs.db", "pets/cat/desktop.ini",
                "pets/cat/c.png"])
        {
            _folder.Write(file, "x"u8);
        }

        DataSet data = Read("folder", "pets");

        Assert.Equal(["cat", "dog"], data.Classes!);
        Assert.Equal(["cat/c.png", "dog/a.jpg"], data.Images.Select(image => image.Name));
    }

    [Fact]
    public void A_class_without_an_image_is_refused_by_its_name()
    {
        _folder.Write("pets/dog/a.jpg", "x"u8);
        _folder.Write("pets/notes/readme.txt", "x"u8);

        Assert.Contains("no image in 'notes'", Refusal("folder", "pets"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("path,label\n")]
    [InlineData("")]
    public async Task A_table_names_images_next_to_it_with_or_without_a_header(string header)
    {
        _folder.Write("one.png", "1"u8);
        _folder.Write("two, three.png", "23"u8);
        _folder.Write("list.csv", [.. Bytes(header), .. "one.png,dog\n\"two, three.png\",\"a \"\"big\"\" cat\"\n"u8]);

        DataSet data = Read("csv", "list.csv");

        Assert.Equal(["a \"big\" cat", "dog"], data.Classes!);
        Assert.Equal([1, 0], data.Images.Select(image => image.Class));
        Assert.Equal("23"u8.ToArray(), (await data.Images[1].ReadAsync(TestContext.Current.CancellationToken)).ToArray());
    }

    [Theory]
    [InlineData("one.png", "line 1")]
    [InlineData("one.png,dog\n\"two.png,dog", "line 2")]
    [InlineData("one.png,dog\nmissing.png,dog", "missing.png")]
    public void A_table_that_is_wrong_is_refused_with_the_place(string table, string message)
    {
        _folder.Write("one.png", "1"u8);
        _folder.Write("list.csv", Bytes(table));

        Assert.Contains(message, Refusal("csv", "list.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_cifar_is_its_test_set_where_it_has_one_else_all_its_batches()
    {
        _folder.Write("data_batch_1.bin", CifarFile.Create(1));
        _folder.Write("data_batch_2.bin", CifarFile.Create(2));

        Assert.Equal(3, Read("cifar10", ".").Images.Count);
        _folder.Write("test_batch.bin", CifarFile.Create(4));
        Assert.Equal(4, Read("cifar10", ".").Images.Count);
    }

    [Fact]
    public void A_record_of_cifar_100_has_its_fine_label()
    {
        var record = new byte[CifarFormat.Cifar100.RecordBytes];
        (record[0], record[1]) = (7, 99); // coarse, fine
        _folder.Write("test.bin", record);

        Assert.Equal(99, Assert.Single(Read("cifar100", ".").Images).Class);
    }

    [Fact]
    public void Records_that_are_cut_off_or_have_no_such_label_are_refused()
    {
        _folder.Write("cut.bin", CifarFile.Create(2).AsSpan()[..^1]);
        _folder.Write("label.bin", [10, .. CifarFile.Create(1).AsSpan(1)]);
        _folder.Write("empty.bin", []);

        Assert.Contains("6,145 bytes are not a whole number of records of 3,073", Refusal("cifar10", "cut.bin"), StringComparison.Ordinal);
        Assert.Contains("record 0", Refusal("cifar10", "label.bin"), StringComparison.Ordinal);
        Assert.Contains("cut off", Refusal("cifar10", "empty.bin"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_idx_files_of_mnist_are_read_compressed_or_not(bool compressed)
    {
        WriteIdx("t10k-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6], compressed);
        WriteIdx("t10k-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 7, 0], compressed);

        DataSet data = Read("mnist", ".");

        Assert.Equal(10, data.ClassCount);
        Assert.Equal([7, 0], data.Images.Select(image => image.Class));
    }

    [Fact]
    public void Idx_files_that_do_not_hold_what_they_promise_are_refused()
    {
        WriteIdx("train-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6], compressed: false);
        Assert.Contains("labels", Refusal("mnist", "."), StringComparison.Ordinal);
        WriteIdx("train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 7], compressed: false);
        Assert.Contains("1 labels for 2 images", Refusal("mnist", "."), StringComparison.Ordinal);
        WriteIdx("train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 7, 10], compressed: false);
        Assert.Contains("label 1", Refusal("mnist", "."), StringComparison.Ordinal);
        WriteIdx("train-images-idx3-ubyte", [0, 0, 8, 3, 0x7F, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3], compressed: false);
        Assert.Contains("damaged", Refusal("mnist", "."), StringComparison.Ordinal);
        WriteIdx("train-images-idx3-ubyte", [0, 0, 8], compressed: false);
        Assert.Contains("is not an idx file", Refusal("mnist", "."), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "captions.jsonl",
        """{"id": 4, "caption_0": "a, b", "caption_1": "b, a", "image_0": "x", "image_1": "y.png", "collapsed_tag": "Object"}""")]
    [InlineData("captions.csv", "id,caption_0,caption_1,image_0,image_1,tag\n4,\"a, b\",\"b, a\",x,y.png,Object")]
    public void Examples_of_winoground_come_from_either_form(string name, string text)
    {
        _folder.Write(name, Bytes(text));
        _folder.Write("images/x.png", "x"u8);
        _folder.Write("y.png", "y"u8);

        WinogroundExample example = Assert.Single(WinogroundReader.Read(_folder.Path));

        Assert.Equal(("4", "Object"), (example.Id, example.Tag));
        Assert.Equal(["a, b", "b, a"], example.Captions);
        Assert.Equal(["x.png", "y.png"], example.Images.Select(Path.GetFileName)!);
    }

    [Theory]
    [InlineData("""{"id": 1}""", "line 1")]
    [InlineData("no json", "line 1")]
    [InlineData("""{"caption_0": "a", "caption_1": "b", "image_0": "gone", "image_1": "gone"}""", "gone")]
    public void Examples_that_are_wrong_are_refused_with_the_place(string text, string message)
    {
        _folder.Write("captions.jsonl", Bytes(text));

        Assert.Contains(
            message, Assert.Throws<EvaluationException>(() => WinogroundReader.Read(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cifar11:.", "cifar10")]
    [InlineData("folder", "KIND:PATH")]
    [InlineData("folder:nowhere", "nowhere")]
    public void A_source_that_is_none_is_refused_with_what_would_do(string text, string message) =>
        Assert.Contains(message, Assert.Throws<EvaluationException>(() => DataSource.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_larger_limit_adds_to_a_smaller_one_and_shards_share_out_what_a_limit_leaves()
    {
        int[] all = [.. Enumerable.Range(0, 100)];
        DataSubset ten = DataSubset.Create(10, null), twenty = DataSubset.Create(20, null);

        Assert.Equal(10, ten.Of(all, seed: 3).Count);
        Assert.Subset(twenty.Of(all, seed: 3).ToHashSet(), ten.Of(all, seed: 3).ToHashSet());
        Assert.NotEqual(ten.Of(all, seed: 3), ten.Of(all, seed: 4));
        Assert.Equal(
            twenty.Of(all, seed: 3), Enumerable.Range(1, 3).SelectMany(i => DataSubset.Create(20, $"{i}/3").Of(all, seed: 3)).Order());
    }

    [Fact]
    public void A_range_leaves_images_for_choosing_apart_from_those_for_measuring()
    {
        int[] all = [.. Enumerable.Range(0, 100)];
        DataSubset choosing = DataSubset.Create(null, null, "0-9"), measuring = DataSubset.Create(null, null, "10-");

        Assert.Equal(Enumerable.Range(0, 10), choosing.InRange(all));
        Assert.Equal(Enumerable.Range(10, 90), measuring.InRange(all));
        Assert.Equal(Enumerable.Range(90, 10), DataSubset.Create(null, null, "90-200").InRange(all));
        Assert.Throws<EvaluationException>(() => DataSubset.Create(null, null, "100-").InRange(all));
    }

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(null, "4/3", null)]
    [InlineData(null, "0/3", null)]
    [InlineData(null, "1", null)]
    [InlineData(null, null, "5")]
    [InlineData(null, null, "9-5")]
    [InlineData(null, null, "-5")]
    [InlineData(null, null, "a-b")]
    public void A_selection_out_of_range_is_refused(int? limit, string? shard, string? range) =>
        Assert.Throws<EvaluationException>(() => DataSubset.Create(limit, shard, range));

    public void Dispose() => _folder.Dispose();

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private DataSet Read(string kind, string name) =>
        DataSource.Parse($"{kind}:{Path.Combine(_folder.Path, name)}").Read(MaxBytes, WriteRaw);

    // Pixels as they come: what becomes of them in an image file is not a data set's affair.
    private static byte[] WriteRaw(int width, int height, ReadOnlySpan<byte> rgb) => rgb.ToArray();

    private string Refusal(string kind, string name) => Assert.Throws<EvaluationException>(() => Read(kind, name)).Message;

    private void WriteIdx(string name, byte[] bytes, bool compressed)
    {
        using var data = new MemoryStream();
        using (Stream stream = compressed ? new GZipStream(data, CompressionLevel.Fastest) : data)
            stream.Write(bytes);
        _folder.Write(compressed ? $"{name}.gz" : name, data.ToArray());
    }
}
