using Microsoft.Data.Sqlite;

namespace DiffusionClassifier.Jobs.Storage;

/// <summary>
/// The file that jobs are stored in, and a lock on it: two processes on one file would each run all of its jobs. Owned by the host of the
/// silo.
/// </summary>
internal sealed class SqliteFile : IDisposable
{
    private const string Name = "jobs.sqlite", Lock = "jobs.lock";

    private readonly string _connection;
    private readonly FileStream _lock;

    /// <exception cref="InvalidOperationException">Another process has the folder, or it cannot be written.</exception>
    public SqliteFile(string folder)
    {
        _lock = Take(folder);
        string path = Path.Combine(folder, Name);
        _connection = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
        try
        {
            Create();
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    private void Create()
    {
        using SqliteConnection connection = new(_connection);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        // FULL: an accepted job outlives a loss of power, not only of the process.
        command.CommandText = """
            PRAGMA journal_mode = WAL;
            CREATE TABLE IF NOT EXISTS states (
                grain TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (grain, name)
            ) WITHOUT ROWID;
            """;
        command.ExecuteNonQuery();
    }

    /// <summary>Whether there is a file that may hold jobs.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, Name));

    public async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection(_connection);
        await connection.OpenAsync();
        return connection;
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _lock.Dispose();
    }

    private static FileStream Take(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"Jobs cannot be stored in {folder}: {exception.Message} If another server has it, give this one a folder of its own "
                    + "with Jobs:Folder, or connect both to one Redis with Jobs:Redis.",
                exception);
        }
    }
}
