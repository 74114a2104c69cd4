using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime;

/// <summary>The state of torch's default generators, of the processor and of each GPU, which comes back when this is disposed.</summary>
/// <remarks>TorchSharp hands on only the processor's. A GPU's is asked for by the C++ function that libtorch exports for it; without that function it is
/// left alone.</remarks>
internal sealed unsafe class GeneratorState : IDisposable
{
    private static readonly CppFunction CudaGenerator = new("_ZN2at4cuda6detail23getDefaultCUDAGeneratorEa", "?getDefaultCUDAGenerator@detail@cuda@at@@YAAEBVGenerator@3@C@Z");

    private readonly Tensor processor = random.get_rng_state().DetachFromDisposeScope();
    private readonly List<(nint Generator, Tensor State)> cards = [];

    /// <summary>Notes the states of now.</summary>
    public GeneratorState()
    {
        if (!cuda.is_available() || !NativeLibrary.TryLoad(NativeNames.TorchCuda, typeof(Tensor).Assembly, null, out var library)
            || !NativeLibrary.TryGetExport(library, CudaGenerator.Name, out var address)
            || !NativeLibrary.TryGetExport(LibTorchLoader.LoadedTorchSharp(), "THSGenerator_get_rng_state", out var read))
        {
            return;
        }

        for (var card = 0; card < cuda.device_count(); card++)
        {
            var generator = ((delegate* unmanaged<sbyte, nint>)address)((sbyte)card);
            var state = ((delegate* unmanaged<nint, nint>)read)(generator);

            if (state != 0)
            {
                cards.Add((generator, Tensor.UnsafeCreateTensor(state).DetachFromDisposeScope()));
            }
        }
    }

    public void Dispose()
    {
        random.set_rng_state(processor);
        processor.Dispose();

        if (cards.Count > 0 && NativeLibrary.TryGetExport(LibTorchLoader.LoadedTorchSharp(), "THSGenerator_set_rng_state", out var write))
        {
            foreach (var (generator, state) in cards)
            {
                ((delegate* unmanaged<nint, nint, void>)write)(generator, state.Handle);
                state.Dispose();
            }
        }
    }
}
