using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Providers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// One ONNX Runtime session on one device: its lifetime, its calls, and the translation of its errors, in one place. Used by one thread at
/// a time.
/// </summary>
internal sealed class OnnxSession : IDisposable
{
    // ONNX Runtime has no error code for it: model.cc, session_state.cc, graph.cc.
    private static readonly string[] NoSuchOperator =
        ["is not a registered function/op", "No Op registered for", "Could not find an implementation for"];

    private readonly RunOptions _runOptions = new();
    private readonly InferenceSession _session;
    private readonly DeviceTarget _target;
    private readonly Dictionary<string, OrtAllocator> _allocators = [];

    /// <exception cref="BundleException">ONNX Runtime refuses the file, or its library is missing.</exception>
    /// <exception cref="CaptureRefusedException">The graph's calls were to be captured, and cannot.</exception>
    public OnnxSession(string file, DeviceTarget target, SessionNeeds needs)
    {
        _target = target;
        try
        {
            using CaptureGate.Passage _ = CaptureGate.Pass();
            using SessionOptions options = target.CreateSessionOptions(needs);
            _session = new InferenceSession(file, options);
        }
        catch (OnnxRuntimeException exception) when (DeviceMemory.IsExhausted(exception.Message))
        {
            throw new DeviceOutOfMemoryException($"The device {target.Device.Name} does not have enough memory for {file}.", exception);
        }
        catch (OnnxRuntimeException exception) when (needs.Capture && CaptureRefusedException.IsMeant(exception.Message))
        {
            throw new CaptureRefusedException(exception.Message, exception);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new BundleException(file, $"ONNX Runtime cannot load it: {exception.Message}{AdviceOn(exception.Message)}", exception);
        }
        catch (TypeInitializationException exception)
            when (exception.GetBaseException() is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new BundleException(
                file, $"the ONNX Runtime library cannot be loaded: {exception.GetBaseException().Message}", exception);
        }
    }

    /// <summary>Whether it uses an input on the processor though it runs on another device.</summary>
    public bool HasHostInputs
    {
        get
        {
            if (_target.Device.Provider == DeviceOptions.Cpu)
                return false;
            using IDisposableReadOnlyCollection<OrtMemoryInfo> places = _session.GetMemoryInfosForInputs();
            return places.Any(place => place.Name == OrtMemoryInfo.DefaultInstance.Name);
        }
    }

    public OrtIoBinding CreateBinding() => _session.CreateIoBinding();

    /// <summary>A tensor where the graph wants its input of that name: in the device's memory, if the input is used there.</summary>
    /// <exception cref="DeviceOutOfMemoryException">The device does not have enough memory for it.</exception>
    public OrtValue Allocate(string input, TensorElement element, long[] shape)
    {
        try
        {
            return OrtValue.CreateAllocatedTensorValue(AllocatorOf(input), (TensorElementType)element, shape);
        }
        catch (OnnxRuntimeException exception) when (DeviceMemory.IsExhausted(exception.Message))
        {
            throw OutOfMemory(exception);
        }
    }

    /// <summary>
    /// Copies inputs to the device that are not there yet, runs the graph, and copies the outputs that are bound to the host's memory back;
    /// blocks until they are written.
    /// </summary>
    /// <exception cref="DeviceOutOfMemoryException">The device does not have enough memory for it.</exception>
    public void Run(OrtIoBinding binding, ReadOnlySpan<(string Name, OrtValue Value)> inputs,
        ReadOnlySpan<(string Name, OrtValue Value)> more = default)
    {
        try
        {
            foreach ((string name, OrtValue value) in inputs)
                binding.BindInput(name, value);
            foreach ((string name, OrtValue value) in more)
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

    /// <summary>Runs the graph on what is bound, as the options say; blocks until it is done.</summary>
    /// <exception cref="CaptureRefusedException">The graph's calls were to be captured, and cannot.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device does not have enough memory for it.</exception>
    public void Run(OrtIoBinding binding, RunOptions options)
    {
        try
        {
            _session.RunWithBinding(options, binding);
        }
        catch (OnnxRuntimeException exception) when (DeviceMemory.IsExhausted(exception.Message))
        {
            throw OutOfMemory(exception);
        }
        catch (OnnxRuntimeException exception) when (CaptureRefusedException.IsMeant(exception.Message))
        {
            throw new CaptureRefusedException(exception.Message, exception);
        }
    }

    /// <summary>Runs the graph once.</summary>
    /// <returns>The outputs, in the host's memory.</returns>
    /// <exception cref="DeviceOutOfMemoryException">The device does not have enough memory for it.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        IReadOnlyCollection<string> inputs, IReadOnlyCollection<OrtValue> values, IReadOnlyCollection<string> outputs)
    {
        try
        {
            using CaptureGate.Passage _ = CaptureGate.Pass();
            return _session.Run(_runOptions, inputs, values, outputs);
        }
        catch (OnnxRuntimeException exception) when (DeviceMemory.IsExhausted(exception.Message))
        {
            throw OutOfMemory(exception);
        }
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        foreach (OrtAllocator allocator in _allocators.Values)
            allocator.Dispose();
        _session.Dispose();
    }

    // Of operators that are in no build of ONNX Runtime for this device: exports in 4 bits are made for one device each.
    private static string AdviceOn(string message) =>
        NoSuchOperator.Any(phrase => message.Contains(phrase, StringComparison.Ordinal))
            ? " The graph was made for another device or another version of ONNX Runtime, as graphs in 4 or 8 bits often are: export it in "
                + "float16 or float32."
            : "";

    private OrtAllocator AllocatorOf(string input)
    {
        if (!_allocators.TryGetValue(input, out OrtAllocator? allocator))
        {
            using IDisposableReadOnlyCollection<OrtMemoryInfo> places = _session.GetMemoryInfosForInputs();
            _allocators.Add(input, allocator = new OrtAllocator(_session, places[_session.InputNames.ToList().IndexOf(input)]));
        }

        return allocator;
    }

    private DeviceOutOfMemoryException OutOfMemory(OnnxRuntimeException exception) =>
        new($"The device {_target.Device.Name} does not have enough memory for a batch of this size.", exception);
}
