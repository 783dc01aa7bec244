using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>A session's binding to tensors in the device's memory, made once.</summary>
internal sealed class OnnxBoundGraph : IBoundGraph
{
    // ONNX Runtime's words (onnxruntime_run_options_config_keys.h): which captured graph a run is, or none.
    private const string GraphId = "gpu_graph_id", None = "-1";

    private readonly OnnxSession _session;
    private readonly OrtIoBinding _binding;
    private readonly List<(string Name, OrtValue Value)> _inputs = [];
    private readonly List<OrtValue> _values = [];
    private readonly bool _hasHostInputs;
    private readonly RunOptions _plain = new(), _captured = new();

    public OnnxBoundGraph(OnnxSession session, IReadOnlyList<TensorRows> inputs, IReadOnlyList<TensorRows> outputs, int id)
    {
        _session = session;
        _binding = session.CreateBinding();
        _plain.AddRunConfigEntry(GraphId, None);
        _captured.AddRunConfigEntry(GraphId, id.ToString(CultureInfo.InvariantCulture));
        _hasHostInputs = session.HasHostInputs;
        foreach (TensorRows input in inputs)
            _inputs.Add((input.Tensor.Layout.Name, View(input)));
        BindInputs();
        foreach (TensorRows output in outputs)
            _binding.BindOutput(output.Tensor.Layout.Name, View(output));
    }

    public void Run(bool captured)
    {
        if (_hasHostInputs)
            BindInputs();
        _session.Run(_binding, captured ? _captured : _plain);
    }

    public void Dispose()
    {
        _binding.Dispose(); // before the values that it uses
        foreach (OrtValue value in _values)
            value.Dispose();
        _plain.Dispose();
        _captured.Dispose();
    }

    // ONNX Runtime copies an input that it uses on the processor when it is bound, not when the graph runs.
    private void BindInputs()
    {
        foreach ((string name, OrtValue value) in _inputs)
            _binding.BindInput(name, value);
    }

    private OrtValue View(TensorRows rows)
    {
        OrtValue view = rows.Tensor.View(rows.Rows);
        _values.Add(view);
        return view;
    }
}
