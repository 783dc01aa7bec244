using DiffusionClassifier.Core.Models;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>
/// Says whether a device works, by running a tiny graph on it: ONNX Runtime's own list of providers names those that it was built for,
/// whether or not their libraries, drivers and devices are there.
/// </summary>
internal static class DeviceProbe
{
    // ONNX, opset 17: y = Conv(x, x), z = MatMul(y, y), all [1, 1, 1, 1]. The two operations that need cuDNN and cuBLAS.
    private const string Graph =
        "CAg6ZQoPCgF4CgF4EgF5IgRDb252ChEKAXkKAXkSAXoiBk1hdE11bBIFcHJvYmVaGwoBeBIWChQIARIQCgIIAQoCCAEKAggBCgIIAWIb"
        + "CgF6EhYKFAgBEhAKAggBCgIIAQoCCAEKAggBQgQKABAR";

    private const float Input = 3, Expected = Input * Input * (Input * Input);

    /// <summary>Null if the device works, else the reason in ONNX Runtime's words.</summary>
    public static string? Try(DeviceOptions device, OnnxOptions options)
    {
        try
        {
            using var _ = new QuietRuntime(); // what is wrong is the answer, not an error
            return Run(new DeviceTarget(device, options)) is Expected ? null : "its results are wrong.";
        }
        catch (OnnxRuntimeException exception)
        {
            return exception.Message;
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            return exception.GetBaseException().Message; // ONNX Runtime itself is missing, or was built without the provider
        }
    }

    private static float Run(DeviceTarget target)
    {
        using SessionOptions options = target.CreateSessionOptions(new SessionNeeds());
        if (target.Device.Provider != DeviceOptions.Cpu)
            options.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1"); // on the device, or not at all
        using var session = new InferenceSession(Convert.FromBase64String(Graph), options);
        using var run = new RunOptions();
        using OrtValue x = OrtValue.CreateTensorValueFromMemory([Input], [1, 1, 1, 1]);
        using IDisposableReadOnlyCollection<OrtValue> z = session.Run(run, ["x"], [x], ["z"]);
        return z[0].GetTensorDataAsSpan<float>()[0];
    }
}
