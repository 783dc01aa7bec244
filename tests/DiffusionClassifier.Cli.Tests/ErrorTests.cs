namespace DiffusionClassifier.Cli.Tests;

public sealed class ErrorTests
{
    /// <summary>Arguments, separated by blanks (@ is an empty one), and what the line must say.</summary>
    public static TheoryData<string, string> Mistakes => new()
    {
        { "clasify x.png", "Did you mean 'classify'?" },
        { "--frob", "no option '--frob'" },
        { "classify", "classify needs at least one IMAGE." },
        { "inspect", "inspect needs a BUNDLE." },
        { "classify no.png", "no file no.png" },
        { "classify no.png nor.png", "do not exist: no.png, nor.png" },
        { "match samples --caption ship", "is a folder" },
        { "classify samples/ship.png --trails 5", "Did you mean '--trials'?" },
        { "classify samples/ship.png --trials", "--trials needs a value: --trials <N>." },
        { "classify samples/ship.png samples/deer.png --csv --jsonl", "either --jsonl or --csv" },
        { "classify - -", "only once" },
        { "classify samples/ship.png --trials many", "--trials is 'many'; it must be a whole number" },
        { "classify samples/ship.png --trials 0", "at least 1" },
        { "classify samples/ship.png --trials 1 --trials 2", "--trials" },
        { "classify samples/ship.png --loss l3", "it must be l2, l1, huber" },
        { "classify samples/ship.png --seed -1", "--seed is '-1'" },
        { "classify samples/ship.png --temperature 0", "temperature" },
        { "classify samples/ship.png --temperature 0,5", "--temperature is '0,5'; it must be a number" },
        { "classify samples/ship.png --labels cat,shipp", "Did you mean 'ship'?" },
        { "classify samples/ship.png --labels @", "A label is empty" },
        { "classify samples/ship.png --labels [\"cat", "JSON array" },
        { "classify samples/ship.png --priors 1,2", "2 priors were sent for 10 labels" },
        { "classify samples/ship.png --priors 1,x", "--priors holds 'x'" },
        { "classify samples/ship.png --model cifar", "Did you mean 'cifar10'?" },
        { "classify samples/ship.png --model samples", "no model_index.json" },
        { "classify samples/ship.png --model no/where", "does not exist" },
        { "classify samples/ship.png --models no/where", "does not exist" },
        { "classify samples/README.md", "JPEG, PNG or WebP" },
        { "classify samples/ship.png --strategy staged --stage-samples 4,8 --stage-keep 1", "one of each" },
        { "classify samples/ship.png --strategy staged --stage-samples 4,8 --stage-keep 2,2", "must end with 1" },
        { "classify samples/ship.png --stage-samples 4 --stage-keep 1", "strategy=staged" },
        { "classify samples/ship.png --strategy fixed --confidence 0.9", "strategy=race" },
        { "classify samples/ship.png --confidence 95", "from 0.5 to 0.9999" },
        { "classify samples/ship.png --top-k 10", "less than the number of labels, 10" },
        { "classify samples/ship.png --loss vlb", "predicts its variance" },
        { "match samples/ship.png", "caption" },
        { "match samples/ship.png --caption shipp", "Did you mean 'ship'?" },
        { "inspect samples", "model_index.json" },
        { "inspect nothing", "There is no model 'nothing'" },
        { "inspect scene", "Did you mean 'scenes'?" },
        { "inspect no/thing", "does not exist" },
        { "evaluate --data cifar10:cifar-10-batches-bin --out runs", "Get it from https://www.cs.toronto.edu/" },
        { "models more", "one argument too many" },
        { "bench --seconds soon", "--seconds is 'soon'" },
        { "classify samples/ship.png --device cuda:x", "--device is 'cuda:x'" },
        { "classify samples/ship.png --device cuda:0,fast", "--device is 'cuda:0,fast'" },
        { "match samples/ship.png --caption ship --device cudaa", "Did you mean 'cuda'? The providers are: auto, cpu, cuda." },
        { "inspect models/cifar10 --check --device cpu,threads=2", "the CPU takes none" },
        { "classify samples/ship.png --url localhost:5080", "it must be a server's address, as in http://localhost:5080" },
        { "classify samples/ship.png --url http://localhost:1 --device cpu", "--device is for an engine here" },
        { "match samples/ship.png --captions ship --url http://localhost:1 --models models", "--models is for an engine here" },
        { "match samples/ship.png --captions ship --api-key x", "give its address with --url as well" },
        { "classify samples/ship.png --url http://no-such-host.invalid", "http://no-such-host.invalid/ cannot be reached" },
        { "classify samples/ship.png samples/deer.png --explain a.png", "--explain is for one image" },
        { "classify samples/ship.png --explain no/such/folder/a.png", "which does not exist" },
        { "classify samples/ship.png --explain-against deer", "--explain-against says what --explain compares" },
        { "bench --device tpu", "no provider 'tpu'" },
        { "bench --max-batch 0", "--max-batch is 0" },
        { "bench --seconds 0", "--seconds is 0" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_one_line_that_says_what_to_do(string arguments, string expected)
    {
        Dclassify run = await Dclassify.RunAsync([.. arguments.Split(' ').Select(argument => argument == "@" ? "" : argument)]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        string line = Assert.Single(run.ErrorLines);
        Assert.StartsWith("dclassify: ", line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_breaks_and_escapes_in_a_file_name_do_not_reach_the_terminal()
    {
        Dclassify run = await Dclassify.RunAsync("classify", "a\nb\e[31m.png");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("dclassify: There is no file a b [31m.png.", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task No_arguments_show_the_help()
    {
        Dclassify run = await Dclassify.RunAsync();

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (string command in (string[])["classify", "models", "bench"])
            Assert.Contains(command, run.Output, StringComparison.Ordinal);
    }
}
