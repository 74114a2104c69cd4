using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using DeepLearningCourse.Data.Loading;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Formats;

/// <summary>The rows of a .npy file that stays on disk; the system brings in what is read, and drops it again when memory is short.</summary>
internal sealed unsafe class MappedRows : IDisposable
{
    private readonly string path;
    private readonly NpyHeader header;
    private readonly MemoryMappedFile? file;
    private readonly MemoryMappedViewAccessor? view;
    private readonly byte* data;
    private readonly long[] rowShape;
    private readonly int rowLength;

    public MappedRows(string path)
    {
        this.path = path;
        using var stream = Gzip.OpenPlain(path);
        header = NpyHeader.Read(stream, stream.Length, path);
        RequireRows();

        if (stream.Length > header.Length + header.DataLength)
        {
            throw header.MoreFollows(path);
        }

        rowShape = header.Shape[1..];
        rowLength = checked((int)rowShape.Aggregate((long)header.Element.Size, (product, extent) => checked(product * extent)));

        if (header.DataLength == 0)
        {
            return;
        }

        file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
        view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        data = start + view.PointerOffset + header.Length;
    }

    public long Count => header.Shape[0];

    /// <summary>The rows <c>[indices, ...]</c> as a new tensor of the loader's memory.</summary>
    public Tensor Gather(BatchRequest request)
    {
        using var use = Use();
        var batch = request.Rent([request.Indices.Length, .. rowShape], header.Element.Dtype, out var target);

        for (var i = 0; i < request.Indices.Length; i++)
        {
            Copy(request.Indices[i], (byte*)target + ((long)i * TargetLength));
        }

        return batch;
    }

    /// <summary>One row <c>[...]</c>.</summary>
    public Tensor Row(long index)
    {
        using var use = Use();
        var row = empty(rowShape, header.Element.Dtype);

        fixed (byte* target = row.bytes)
        {
            Copy(index, target);
        }

        return row;
    }

    public void Dispose()
    {
        if (view is { SafeMemoryMappedViewHandle.IsClosed: false })
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        view?.Dispose();
        file?.Dispose();
    }

    /// <summary>Keeps the file mapped meanwhile: a worker that hung on a network drive may come back when the dataset was disposed.</summary>
    /// <exception cref="ObjectDisposedException">It is not mapped any more.</exception>
    private MappingUse Use() => new(view?.SafeMemoryMappedViewHandle);

    private int TargetLength => rowLength / header.Element.Size * ElementType.Size(header.Element.Dtype);

    private void Copy(long index, byte* target)
    {
        if ((ulong)index >= (ulong)Count)
        {
            throw new ArgumentOutOfRangeException(nameof(index), $"There is no sample {index}: {path} has {Count} rows, numbered from 0 to {Count - 1}.");
        }

        var row = new ReadOnlySpan<byte>(data + (index * rowLength), rowLength);

        if (header.Element.Widening)
        {
            var repaired = row.ToArray();
            header.Element.Repair(repaired);
            header.Element.Widen(repaired, new Span<byte>(target, TargetLength), path);
            return;
        }

        var copy = new Span<byte>(target, rowLength);
        row.CopyTo(copy);
        header.Element.Repair(copy);
    }

    private void RequireRows()
    {
        if (header.Shape.Length == 0)
        {
            throw new InvalidDataException($"{path} holds a single number, of shape []: its first dimension must count samples.");
        }

        if (header.IsFortran && header.Shape.Length > 1)
        {
            throw new InvalidDataException(
                $"{path} is in Fortran's order, in which the numbers of a row lie far apart. Save it as numpy.save('x.npy', numpy.ascontiguousarray(x)), or read it whole with Npy.Read.");
        }
    }

    private readonly ref struct MappingUse
    {
        private readonly SafeHandle? handle;

        public MappingUse(SafeHandle? handle)
        {
            var isHeld = false;
            handle?.DangerousAddRef(ref isHeld);
            this.handle = handle;
        }

        public void Dispose() => handle?.DangerousRelease();
    }
}
