namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>For tests that weigh the whole process: none runs beside another.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
