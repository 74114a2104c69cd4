using System.IO.MemoryMappedFiles;
using DeepLearningCourse.Data;
using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Formats;

/// <summary>A safetensors file in a memory map, whose tensors are the file's own pages: read when they are first used, and copied when written to.</summary>
internal sealed class MappedWeights : SafetensorsWeights
{
    private readonly FileMapping mapping;
    private bool disposed;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFileException">It is no safetensors file, or a damaged one.</exception>
    public MappedWeights(string path)
        : base(path) =>
        mapping = new FileMapping(MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.CopyOnWrite));

    protected override Tensor Read(SafetensorsEntry place)
    {
        if (place.Length == 0)
        {
            return empty(place.Shape, dtype: place.Type);
        }

        var tensor = mapping.Lend(place.Position, place.Shape, place.Type);

        // Only a file that was not written with care has numbers at odd places; libtorch may not touch them there.
        if (place.Position % ElementType.Size(place.Type) == 0)
        {
            return tensor;
        }

        using (tensor)
        {
            var aligned = empty(place.Shape, dtype: place.Type);

            foreach (var (from, to) in SafetensorsFormat.Parts(tensor).Zip(SafetensorsFormat.Parts(aligned)))
            {
                from.bytes.CopyTo(to.bytes);
            }

            return aligned;
        }
    }

    public override void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            mapping.Release();
        }
    }

    /// <summary>A mapped file that stays until nobody holds a tensor of it.</summary>
    private sealed unsafe class FileMapping
    {
        private static readonly Lock Gate = new();
        private static readonly Dictionary<nint, (FileMapping Mapping, int Count)> Lent = [];

        private readonly MemoryMappedFile file;
        private readonly MemoryMappedViewAccessor view;
        private readonly byte* start;
        private int holders = 1;

        public FileMapping(MemoryMappedFile file)
        {
            this.file = file;
            view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.CopyOnWrite);
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            start += view.PointerOffset;
        }

        public Tensor Lend(long position, long[] shape, ScalarType type)
        {
            var data = (nint)(start + position);

            lock (Gate)
            {
                holders++;
                Lent[data] = (this, Lent.TryGetValue(data, out var lent) ? lent.Count + 1 : 1);
            }

            try
            {
                return ForeignMemory.Tensor(data, shape, type, &TakeBack);
            }
            catch
            {
                Return(data);
                throw;
            }
        }

        public void Release()
        {
            lock (Gate)
            {
                if (--holders > 0)
                {
                    return;
                }
            }

            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            file.Dispose();
        }

        [System.Runtime.InteropServices.UnmanagedCallersOnly]
        private static void TakeBack(nint data) => Return(data);

        private static void Return(nint data)
        {
            FileMapping mapping;

            lock (Gate)
            {
                (mapping, var count) = Lent[data];

                if (count == 1)
                {
                    Lent.Remove(data);
                }
                else
                {
                    Lent[data] = (mapping, count - 1);
                }
            }

            mapping.Release();
        }
    }
}
