using System.Globalization;
using Microsoft.Data.Sqlite;
using Orleans.Serialization;
using Orleans.Storage;

namespace DiffusionClassifier.Jobs.Storage;

/// <summary>
/// One SQLite file with a row for each state of a grain, for a server that has no Redis. A write takes effect only on the version that its
/// writer read. The file has one process, which holds a lock on it; thread-safe, one connection for each call from SQLite's own pool.
/// </summary>
internal sealed class SqliteGrainStorage(SqliteFile file, Serializer serializer) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using SqliteConnection connection = await file.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT value, version FROM states WHERE grain = $grain AND name = $name";
        Name(command, stateName, grainId);
        await using SqliteDataReader reader = await command.ExecuteReaderAsync();
        grainState.RecordExists = await reader.ReadAsync();
        if (!grainState.RecordExists)
        {
            (grainState.State, grainState.ETag) = (Activator.CreateInstance<T>(), null);
            return;
        }

        grainState.State = serializer.Deserialize<T>((byte[])reader.GetValue(0));
        grainState.ETag = reader.GetInt64(1).ToString(CultureInfo.InvariantCulture);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using SqliteConnection connection = await file.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = grainState.ETag is null
            ? "INSERT INTO states (grain, name, value, version) VALUES ($grain, $name, $value, 1) ON CONFLICT DO NOTHING"
            : "UPDATE states SET value = $value, version = version + 1 WHERE grain = $grain AND name = $name AND version = $version";
        Name(command, stateName, grainId);
        command.Parameters.AddWithValue("$value", serializer.SerializeToArray(grainState.State));
        long version = Version(command, grainState.ETag);
        if (await command.ExecuteNonQueryAsync() == 0)
            throw Conflict(grainState.ETag);
        (grainState.ETag, grainState.RecordExists) = ((version + 1).ToString(CultureInfo.InvariantCulture), true);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using SqliteConnection connection = await file.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "DELETE FROM states WHERE grain = $grain AND name = $name AND version = $version";
        Name(command, stateName, grainId);
        Version(command, grainState.ETag);
        if (await command.ExecuteNonQueryAsync() == 0 && grainState.ETag is not null)
            throw Conflict(grainState.ETag);
        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
    }

    private static void Name(SqliteCommand command, string stateName, GrainId grainId)
    {
        command.Parameters.AddWithValue("$grain", grainId.ToString());
        command.Parameters.AddWithValue("$name", stateName);
    }

    private static long Version(SqliteCommand command, string? etag)
    {
        long version = etag is null ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);
        command.Parameters.AddWithValue("$version", version);
        return version;
    }

    private static InconsistentStateException Conflict(string? etag) =>
        new("The state was written by somebody else meanwhile.", storedEtag: "another", currentEtag: etag ?? "none");
}
