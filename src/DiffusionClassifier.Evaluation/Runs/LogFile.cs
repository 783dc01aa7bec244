using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Runs;

/// <summary>Files that grow by whole records during a run. Stateless.</summary>
internal static class LogFile
{
    /// <summary>
    /// Opens a file that may exist. Nothing is buffered: the system keeps what is written, even if this process is killed.
    /// </summary>
    public static FileStream Open(string path) => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);

    /// <summary>Writes a record at the file's end, or nothing of it.</summary>
    /// <exception cref="EvaluationException">
    /// The disk is full or failing, which is not a problem of one image, and ends the run.
    /// </exception>
    public static void Append(FileStream file, ReadOnlySpan<byte> record)
    {
        long end = file.Position;
        try
        {
            file.Write(record);
        }
        catch (IOException exception)
        {
            if (file.Length > end)
                file.SetLength(end); // the next record must not follow half of this one
            throw new EvaluationException($"{file.Name} cannot be written: {exception.Message} "
                + "What is done is kept: make room, then give the same command to continue.");
        }
    }
}
