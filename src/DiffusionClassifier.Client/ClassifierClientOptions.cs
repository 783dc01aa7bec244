namespace DiffusionClassifier.Client;

/// <summary>How a <see cref="ClassifierClient"/> reaches its server. The defaults suit most programs.</summary>
public sealed class ClassifierClientOptions
{
    /// <summary>The server's address, such as <c>https://vision.example.org/</c>. Default: the HttpClient's BaseAddress.</summary>
    public Uri? Address { get; set; }

    /// <summary>The API key, or a token of the identity provider. Default: none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// How many times a request is sent again that did not arrive, or that the server could not take then. Also how many times in a row
    /// a stream is opened again that broke. Default: 5, which is about 15 seconds where the server does not say how long to wait.
    /// </summary>
    public int Retries { get; set; } = 5;

    /// <summary>
    /// The longest wait that the client takes upon itself: if the server says to come back later than that, the error says when
    /// (<see cref="ClassifierException.RetryAfter"/>). Default: two minutes.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
