namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>
/// The sessions of one graph: one for all sizes where its calls are captured, else one for each size, because ONNX Runtime keeps cuDNN's
/// plans for the last size only (conv.cc: last_x_dims) and would make them anew at every change. Owned by a <see cref="BucketGraphs"/>.
/// </summary>
/// <param name="open">Opens a session.</param>
/// <param name="captured">Whether calls are captured.</param>
internal sealed class GraphSessions(Func<IGraphSession> open, bool captured) : IDisposable
{
    private const int Any = 0;

    private readonly Dictionary<int, IGraphSession> _sessions = [];

    public bool Captured => captured;

    /// <summary>The session for a number of rows, opened when it is asked for first.</summary>
    public IGraphSession For(int rows)
    {
        int key = captured ? Any : rows;
        if (!_sessions.TryGetValue(key, out IGraphSession? session))
            _sessions.Add(key, session = open());
        return session;
    }

    public void Dispose()
    {
        foreach (IGraphSession session in _sessions.Values)
            session.Dispose();
    }
}
