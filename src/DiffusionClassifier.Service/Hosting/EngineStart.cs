using System.Net.Sockets;
using DiffusionClassifier.Core;
using DiffusionClassifier.Service.Options;
using DiffusionClassifier.Service.Telemetry;
using Microsoft.Extensions.Options;
using Serilog;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>
/// Builds the engine before the server listens, so that wrong settings end the process with one line instead of a stack trace.
/// </summary>
internal static class EngineStart
{
    private const string CannotStart = "The service cannot start: {Reason}";

    /// <param name="args">Of the command line.</param>
    /// <param name="configure">Registers the parts; the log first.</param>
    /// <returns>The application with its engine, or null if a setting or the models do not allow one; the log then says why.</returns>
    public static WebApplication? TryBuild(string[] args, Action<WebApplicationBuilder> configure)
    {
        Logs.Begin();
        try
        {
            WebApplicationBuilder builder = WebApplication.CreateBuilder(Arguments.Expand(args));
            builder.UseDefaultAddress();
            builder.ListenOnManagementPort();
            configure(builder);
            WebApplication app = builder.Build();
            foreach (string unknown in UnknownSettings.Find(app.Configuration, app.Services.GetServices<KnownSection>())
                .Concat(Arguments.Misspelt(args)))
            {
                Log.Warning("{Unknown:l}", unknown);
            }

            app.Services.GetRequiredService<IStartupValidator>().Validate();
            app.Services.GetRequiredService<EngineHost>();
            return app;
        }
        catch (Exception exception)
        {
            Log.Fatal(CannotStart, exception.Message);
            return null;
        }
    }

    /// <summary>Serves until told to stop.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunToEndAsync(this WebApplication app)
    {
        await using (app)
        {
            try
            {
                await app.StartAsync();
            }
            catch (Exception exception) // the address to listen on is taken, or a variable of telemetry is wrong
            {
                Log.Fatal(CannotStart, Reason(exception, app.Configuration));
                return EngineLifetime.CannotStart;
            }

            await app.WaitForShutdownAsync();
            return Environment.ExitCode;
        }
    }

    // What Kestrel says of an address that is taken names it, of one that is not this machine's it does not.
    private static string Reason(Exception exception, IConfiguration settings)
    {
        if (exception.GetBaseException() is not SocketException problem)
            return exception.Message;
        string what = exception is IOException
            ? exception.Message
            : $"Failed to bind to address {settings[WebHostDefaults.ServerUrlsKey]}: {problem.Message}.";
        return $"{what} Choose another with {Arguments.Port} or --{WebHostDefaults.ServerUrlsKey}.";
    }
}
