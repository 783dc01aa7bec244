using System.Globalization;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>
/// The programs that ship call nobody and leave nothing. ONNX Runtime's official builds, left to themselves, ask for Microsoft's collector some
/// eight seconds after the start and keep a database in the user's home.
/// </summary>
public sealed class SilenceTests(ITestOutputHelper output)
{
    private const int Seconds = 30; // several times as long as it takes them
    private const string Namespaces = "unshare --map-root-user --net --mount";

    [Fact]
    public async Task The_service_and_the_command_line_ask_for_no_name_and_leave_no_file()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        (int allowed, _) = await Shell.RunAsync($"command -v ip curl getent bash && {Namespaces} true", cancellation);
        Assert.SkipUnless(allowed == 0, "Network namespaces are not allowed here, or unshare, ip, curl, getent or bash is missing.");
        string script = Path.Combine(Repository.Root, "tests", "DiffusionClassifier.EndToEnd.Tests", "silence.sh");

        (int exitCode, string printed) = await Shell.RunAsync(
            $"{Namespaces} bash {script} {Repository.Program("DiffusionClassifier.Service", "DiffusionClassifier.Service")} {Repository.Program("DiffusionClassifier.Cli", "dclassify")} {Repository.Sample("ship.png")} {Seconds}",
            cancellation);

        output.WriteLine(printed);
        Assert.Equal(0, exitCode);
        string[] lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.True(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture) > 0, "A name was asked for, and no datagram was counted.");
        Assert.Equal(["files", "sent 0", "files"], lines[1..]);
    }
}
