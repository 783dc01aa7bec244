namespace DiffusionClassifier.EndToEnd.Tests.Browser;

/// <summary>One server and one browser for all tests of the page.</summary>
[CollectionDefinition(nameof(PageSuite))]
public sealed class PageSuite : ICollectionFixture<TalkativeService>, ICollectionFixture<BrowserFixture>;
