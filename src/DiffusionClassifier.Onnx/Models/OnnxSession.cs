using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Models;

/// <summary>
/// One ONNX Runtime session on one device: its lifetime, its calls, and the translation of its errors, in one place. Used by one thread at a
/// time; sessions on devices that share a gate wait for each other.
/// </summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly RunOptions _runOptions = new();
    private readonly InferenceSession _session;
    private readonly DeviceTarget _target;

    /// <exception cref="BundleException">ONNX Runtime refuses the file, or its library is missing.</exception>
    public OnnxSession(string file, DeviceTarget target)
    {
        _target = target;
        try
        {
            using SessionOptions options = target.CreateSessionOptions();
            lock (target.Gate)
                _session = new InferenceSession(file, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new BundleException(file, $"ONNX Runtime cannot load it: {exception.Message}", exception);
        }
        catch (TypeInitializationException exception) when (exception.GetBaseException() is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new BundleException(file, $"the ONNX Runtime library cannot be loaded: {exception.GetBaseException().Message}", exception);
        }
    }

    public OrtIoBinding CreateBinding() => _session.CreateIoBinding();

    /// <summary>Copies inputs to the device, runs the graph, and copies the outputs that are bound back; blocks until they are written.</summary>
    /// <exception cref="DeviceOutOfMemoryException">The device has no memory for it.</exception>
    public void Run(OrtIoBinding binding, (string Name, OrtValue Value)[] inputs)
    {
        lock (_target.Gate)
        {
            try
            {
                foreach ((string name, OrtValue value) in inputs)
                    binding.BindInput(name, value);
                binding.SynchronizeBoundInputs(); // the copies have streams of their own
                _session.RunWithBinding(_runOptions, binding);
            }
            catch (OnnxRuntimeException exception) when (DeviceMemory.IsExhausted(exception.Message))
            {
                throw OutOfMemory(exception);
            }
            finally
            {
                binding.ClearBoundInputs(); // a bucket that does not run holds no memory of the device
            }
        }
    }

    /// <summary>Runs the graph once on one input.</summary>
    /// <returns>The output, in the host's memory.</returns>
    /// <exception cref="DeviceOutOfMemoryException">The device has no memory for it.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(string input, OrtValue value, string output)
    {
        lock (_target.Gate)
        {
            try
            {
                return _session.Run(_runOptions, [input], [value], [output]);
            }
            catch (OnnxRuntimeException exception) when (DeviceMemory.IsExhausted(exception.Message))
            {
                throw OutOfMemory(exception);
            }
        }
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        lock (_target.Gate)
            _session.Dispose();
    }

    private DeviceOutOfMemoryException OutOfMemory(OnnxRuntimeException exception) =>
        new($"The device {_target.Device.Name} has no memory for a batch of this size.", exception);
}
