"""Pictures from captions: DDIM (Song et al., 2021) with classifier-free guidance (Ho and Salimans, 2021)."""

import numpy as np
import torch

from common.schedule import STEPS

DRAWN = 40  # steps of the sampler
GUIDANCE = 3.0
CAPTIONS = (
    "a small red circle", "a large green triangle", "a striped purple square", "a cyan ring at the bottom",
    "a red circle and a blue square", "a blue circle and a red square", "a yellow ring left of a red cross", "a yellow ring right of a red cross",
    "a large blue square above a small red triangle", "a large red triangle above a small blue square", "a dotted cyan disc", "a yellow cross")


@torch.no_grad()
def sample(model, decoder, scale, ids, nothing, seed=0):
    """ids i64[N,24], nothing i64[24], the empty caption → u8[N,64,64,3]."""
    count, side, device = len(ids), model.size.side, ids.device
    hidden = torch.cat([model.text(ids), model.text(nothing[None]).expand(count, -1, -1)])
    x = torch.randn(count, 4, side, side, generator=torch.Generator().manual_seed(seed)).to(device)
    times = torch.linspace(STEPS - 1, 0, DRAWN + 1).long().to(device)
    for now, then in zip(times, times[1:]):
        told, untold = model.unet(x.repeat(2, 1, 1, 1), now.expand(2 * count), hidden).chunk(2)
        epsilon = untold + GUIDANCE * (told - untold)
        alpha, lower = (model.unet.alphas[t].clamp(min=1e-5) for t in (now, then))
        x = lower.sqrt() * ((x - (1 - alpha).sqrt() * epsilon) / alpha.sqrt()).clamp(-4, 4) + (1 - lower).sqrt() * epsilon
    pictures = decoder(x / scale).float().clamp(-1, 1).permute(0, 2, 3, 1).cpu().numpy()
    return ((pictures + 1) * 127.5 + 0.5).astype(np.uint8)


def gallery(model, decoder, scale, tokenizer, path, columns=4):
    """Draws CAPTIONS, left to right, into one picture file."""
    from PIL import Image

    device = next(model.parameters()).device
    ids = torch.tensor([tokenizer.encode(text) for text in (*CAPTIONS, "")], device=device)
    pictures = sample(model, decoder, scale, ids[:-1], ids[-1])
    rows = pictures.reshape(-1, columns, *pictures.shape[1:]).transpose(0, 2, 1, 3, 4)
    Image.fromarray(rows.reshape(-1, columns * pictures.shape[2], 3)).save(path)
