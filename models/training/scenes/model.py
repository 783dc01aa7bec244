"""The text-conditional diffusion model on latents: text encoder and U-Net, trained together."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from common.layers import Attention, Norm, Residual, feed_forward, places, sinusoids
from common.schedule import alphas_cumprod

from .autoencoder import LATENT_CHANNELS
from .tokenizer import LENGTH

SLOWEST = 10_000  # steps in which the slowest of the sinusoids that tell timesteps apart turns by one radian
WORDS = 8  # of a caption, about
PLACES = 0.5  # amplitude of the sinusoids that places are told by before they are learnt: from random ones no left and right was learnt in 137,000 samples
NEIGHBOURS = 6  # tokens on each side: as far as the relation is from a colour in "left of the large striped blue square"; with 1, none was learnt
NEAREST = 2.0  # how much more the nearest of them count before they are learnt: adjectives stand next to their noun
WHERE = 0.05  # standard deviation of the weights by which tokens want to be heard somewhere, before they are learnt
NEVER = -1e4  # a logit that hides a token, also in half precision


@dataclass(frozen=True)
class Size:
    text: int = 128  # features of a token
    layers: int = 3  # of the text encoder
    high: int = 64  # channels of the U-Net at 16×16
    low: int = 128  # and at 8×8
    heads: int = 4  # of every attention
    condition: int = 128  # features of the timestep
    side: int = 16


TINY = Size(text=16, layers=1, high=8, low=16, heads=2, condition=16)


class TextLayer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.itself = nn.LayerNorm(width), Attention(width, width, heads)
        self.norm2, self.feed = nn.LayerNorm(width), feed_forward(width, 2)

    def forward(self, x, mask):
        normed = self.norm1(x)
        x = x + self.itself(normed, normed, mask)
        return x + self.feed(self.norm2(x))


class TextEncoder(nn.Module):
    """input_ids i64[B,24] → last_hidden_state f32[B,24,text].

    A token first sees its neighbours, which is what a noun needs to find its adjectives and the relation that it is in, then the whole text.
    What follows the first end token is padding: nobody sees it, and its features are zero.
    """

    def __init__(self, size, end, words):
        """end: the id of the end token; words: how many ids there are."""
        super().__init__()
        self.end = end
        self.words = nn.Embedding(words, size.text)
        self.places = nn.Parameter(PLACES * sinusoids(torch.arange(LENGTH), size.text, LENGTH))
        self.neighbours = nn.Conv1d(size.text, size.text, 2 * NEIGHBOURS + 1, padding=NEIGHBOURS)
        with torch.no_grad():
            self.neighbours.weight[:, :, NEIGHBOURS - 1:NEIGHBOURS + 2] *= NEAREST
        self.layers = nn.ModuleList(TextLayer(size.text, size.heads) for _ in range(size.layers))
        self.norm = nn.LayerNorm(size.text)

    def forward(self, input_ids):
        ends = (input_ids == self.end).long()
        real = (ends.cumsum(dim=1) - ends == 0)[:, :, None].to(self.places.dtype)
        x = (self.words(input_ids) + self.places) * real
        x = x + F.gelu(self.neighbours(x.transpose(1, 2)).transpose(1, 2))
        mask = NEVER * (1 - real).transpose(1, 2)[:, None]
        for layer in self.layers:
            x = layer(x, mask)
        return self.norm(x) * real


class Transformer(nn.Module):
    """Attention of a map's places to the text, and on request to each other before; every place knows where it is.

    A token may also say itself where on the map it wants to be heard, whatever is there: so "left" is learnt where the noise hides everything.
    """

    def __init__(self, width, size, side, itself):
        super().__init__()
        self.where = nn.Linear(size.text, side * side, bias=False)  # none for the zeros of padding
        nn.init.normal_(self.where.weight, std=WHERE)
        self.place = nn.Parameter(PLACES * places(side, width))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3 if itself else 2))
        self.itself = Attention(width, width, size.heads) if itself else None
        self.text, self.feed = Attention(width, size.text, size.heads), feed_forward(width, 2)

    def forward(self, x, text):
        h = x.flatten(2).transpose(1, 2) + self.place
        if self.itself is not None:
            normed = self.norms[2](h)
            h = h + self.itself(normed, normed)
        h = h + self.text(self.norms[0](h), text, self.where(text).transpose(1, 2)[:, None])
        h = h + self.feed(self.norms[1](h))
        return h.transpose(1, 2).reshape(x.shape)


class Unet(nn.Module):
    """sample f32[B,4,16,16], timestep i64[B], encoder_hidden_states f32[B,24,text] → the predicted noise ε f32[B,4,16,16].

    Inside, the velocity v = √ᾱ·ε − √(1−ᾱ)·x₀ is predicted, from which ε = √(1−ᾱ)·x + √ᾱ·v. The light part at 16×16 sees fine shapes; the
    two blocks at 8×8, where all places see each other, do most of the work.
    """

    def __init__(self, size):
        super().__init__()
        high, low, side, condition = size.high, size.low, size.side, size.condition
        self.time, self.gist = feed_forward(condition, 1), nn.Linear(size.text, condition)
        self.into = nn.Conv2d(LATENT_CHANNELS, high, 3, padding=1)
        self.first, self.look = Residual(high, high, condition), Transformer(high, size, side, itself=False)
        self.down = nn.Conv2d(high, low, 3, stride=2, padding=1)
        self.middle = nn.ModuleList(Residual(low, low, condition) for _ in range(3))
        self.read = nn.ModuleList(Transformer(low, size, side // 2, itself=True) for _ in range(2))
        self.up = nn.Conv2d(low, 4 * high, 1)
        self.join, self.again = Residual(2 * high, high, condition), Transformer(high, size, side, itself=False)
        self.norm, self.out = Norm(high), nn.Conv2d(high, LATENT_CHANNELS, 3, padding=1)
        self.register_buffer("alphas", alphas_cumprod().float(), persistent=False)
        nn.init.zeros_(self.out.weight)

    def forward(self, sample, timestep, encoder_hidden_states):
        text = encoder_hidden_states
        time = self.time(sinusoids(timestep, self.time[0].in_features, SLOWEST))
        time = F.silu(time + self.gist(text.sum(dim=1) / WORDS))
        fine = self.look(self.first(self.into(sample), time), text)
        h = self.read[0](self.middle[0](self.down(fine), time), text)
        h = self.middle[2](self.read[1](self.middle[1](h, time), text), time)
        h = torch.cat([fine, F.pixel_shuffle(self.up(h), 2)], dim=1)
        h = self.again(self.join(h, time), text)
        velocity = self.out(F.silu(self.norm(h))).float()
        alpha = self.alphas[timestep][:, None, None, None]
        return (1 - alpha).sqrt() * sample + alpha.sqrt() * velocity


class TextToImage(nn.Module):
    """What is trained: sample, timestep and input_ids → ε."""

    def __init__(self, size, end, words):
        super().__init__()
        self.size = size
        self.text, self.unet = TextEncoder(size, end, words), Unet(size)

    def forward(self, sample, timestep, input_ids):
        return self.unet(sample, timestep, self.text(input_ids))
